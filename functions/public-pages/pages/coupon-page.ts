import type { Locale } from '../../../shared/domain/messages/template.ts';
import { escapeHtml, page } from './page-frame.ts';

export interface OfferPage {
  readonly locale: Locale;
  readonly shopName: string;
}

/** Asks; only the form's POST draws a code, so that no scanner that follows links takes one. */
export function offerPage({ locale, shopName }: OfferPage): string {
  const { offer } = words[locale];
  return page(locale, offer.title(shopName), [
    `<p>${escapeHtml(offer.effect)}</p>`,
    '<form method="post">',
    `<button type="submit">${escapeHtml(offer.button)}</button>`,
    '</form>',
  ]);
}

export interface CouponPage extends OfferPage {
  /** What the shop calls it. */
  readonly name?: string;
  readonly code: string;
  /** The last day it is good for, as written for the reader. */
  readonly until?: string;
}

export function couponPage({ locale, shopName, name, code, until }: CouponPage): string {
  const { coupon } = words[locale];
  return page(locale, name ?? coupon.title(shopName), [
    `<p>${escapeHtml(coupon.use(shopName))}</p>`,
    `<p class="code" role="status">${escapeHtml(code)}</p>`,
    `<p class="soft">${escapeHtml(until === undefined ? coupon.noEnd : coupon.until(until))}</p>`,
  ]);
}

export function noCouponPage({ locale }: Pick<OfferPage, 'locale'>, reason: 'gone' | 'had'): string {
  const { title, advice } = words[locale].none[reason];
  return page(locale, title, [`<p>${escapeHtml(advice)}</p>`]);
}

interface Words {
  readonly offer: { title(shop: string): string; readonly effect: string; readonly button: string };
  readonly coupon: {
    title(shop: string): string;
    use(shop: string): string;
    until(day: string): string;
    readonly noEnd: string;
  };
  readonly none: Readonly<Record<'gone' | 'had', { readonly title: string; readonly advice: string }>>;
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    offer: {
      title: (shop) => `${shop} 送您一张优惠券`,
      effect: '点击领取，即可看到您的券码。',
      button: '立即领取',
    },
    coupon: {
      title: (shop) => `${shop} 优惠券`,
      use: (shop) => `在 ${shop} 下单时填写此券码：`,
      until: (day) => `有效期至 ${day}。`,
      noEnd: '长期有效。',
    },
    none: {
      gone: { title: '优惠券已领完', advice: '很抱歉，这张优惠券已经领完或已结束。' },
      had: { title: '您已领取过', advice: '每位顾客可领取的次数有限，您已经领取过这张优惠券。' },
    },
  },
  en: {
    offer: {
      title: (shop) => `A coupon from ${shop}`,
      effect: 'Get it, and you see the code that is yours.',
      button: 'Get the coupon',
    },
    coupon: {
      title: (shop) => `Your coupon from ${shop}`,
      use: (shop) => `Enter this code when you order at ${shop}:`,
      until: (day) => `Good until ${day}.`,
      noEnd: 'Good until further notice.',
    },
    none: {
      gone: { title: 'No coupons left', advice: 'We are sorry: this coupon has ended, or all of its codes are taken.' },
      had: {
        title: 'You have had this one',
        advice: 'This coupon is limited for each customer, and you have had yours.',
      },
    },
  },
};
