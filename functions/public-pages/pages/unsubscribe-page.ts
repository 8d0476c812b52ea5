import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import type { Locale } from '../../../shared/domain/messages/template.ts';
import { escapeHtml, page } from './page-frame.ts';

export interface UnsubscribePage {
  readonly locale: Locale;
  readonly shopName: string;
  readonly channel: Channel;
}

/**
 * Asks; only the form's POST unsubscribes, so that no scanner that follows links does (RFC 8058). Without an action it posts
 * to the page's own URL, wherever that is.
 */
export function askPage({ locale, shopName, channel }: UnsubscribePage): string {
  const { messages, ask } = words[locale];
  return page(locale, ask.title(shopName, messages[channel]), [
    `<p>${escapeHtml(ask.effect(messages[channel]))}</p>`,
    '<form method="post">',
    '<input type="hidden" name="List-Unsubscribe" value="One-Click">',
    `<button type="submit">${escapeHtml(ask.button)}</button>`,
    '</form>',
    `<p class="soft">${escapeHtml(ask.mistake)}</p>`,
  ]);
}

export function donePage({ locale, shopName, channel }: UnsubscribePage): string {
  const { messages, done } = words[locale];
  return page(locale, done.title, [
    `<p>${escapeHtml(done.effect(shopName, messages[channel]))}</p>`,
    `<p class="soft">${escapeHtml(done.stillComes)}</p>`,
  ]);
}

interface Words {
  readonly messages: Readonly<Record<Channel, string>>;
  readonly ask: {
    title(shop: string, messages: string): string;
    effect(messages: string): string;
    readonly button: string;
    readonly mistake: string;
  };
  readonly done: {
    readonly title: string;
    effect(shop: string, messages: string): string;
    readonly stillComes: string;
  };
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    messages: { email: '邮件', sms: '短信', webhook: '消息' },
    ask: {
      title: (shop, messages) => `退订 ${shop} 的${messages}？`,
      effect: (messages) => `退订后，您不会再收到优惠、上新和问候类${messages}。订单、物流、退款等通知仍会照常发送。`,
      button: '确认退订',
      mistake: '点错了？直接关闭此页即可，不会有任何改变。',
    },
    done: {
      title: '已退订',
      effect: (shop, messages) => `${shop} 不会再向您发送优惠、上新和问候类${messages}。`,
      stillComes: '正在发送途中的消息可能仍会送达。订单、物流、退款等通知仍会照常发送。',
    },
  },
  en: {
    messages: { email: 'email', sms: 'text message', webhook: 'message' },
    ask: {
      title: (shop, messages) => `Unsubscribe from ${shop} ${messages}s?`,
      effect: (messages) =>
        `There will be no more offers, news and greetings by ${messages}. Notices about orders, shipping and refunds will still come.`,
      button: 'Unsubscribe',
      mistake: 'Not what you wanted? Just close this page: nothing will change.',
    },
    done: {
      title: 'You are unsubscribed',
      effect: (shop, messages) => `${shop} will send you no more offers, news and greetings by ${messages}.`,
      stillComes:
        'A message already on its way may still arrive. Notices about orders, shipping and refunds will still come.',
    },
  },
};
