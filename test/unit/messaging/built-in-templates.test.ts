import { describe, expect, it } from 'vitest';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import type { SendStep, Step } from '../../../shared/domain/journeys/journey.ts';
import { journeyPresets } from '../../../shared/domain/journeys/presets.ts';
import { triggerVariables } from '../../../shared/domain/journeys/trigger-variables.ts';
import {
  builtInTemplate,
  builtInTemplateIds,
  builtInTemplates,
} from '../../../shared/domain/messages/built-in-templates.ts';
import { laidOut } from '../../../shared/domain/messages/mail-layout.ts';
import { channels } from '../../../shared/domain/messages/message-class.ts';
import { smsPartsOf, smsText } from '../../../shared/domain/messages/sms-parts.ts';
import { locales, type MessageTemplate } from '../../../shared/domain/messages/template.ts';
import { wrongInTemplate } from '../../../shared/usecases/messages/check-template.ts';

const renderer = liquidRenderer();
const { render } = renderer;

const order = {
  id: '2026112310010042871',
  total: '¥331.00',
  items: [
    { title: '龙井 <明前> 50g', quantity: '1', price: '¥168.00' },
    { title: 'Gaiwan "white"', quantity: '2', price: '¥59.00' },
  ],
  carrier: '顺丰',
  tracking: 'SF1382937465012',
  refund: '¥168.00',
};
const trigger = {
  refundStatus: 'success',
  refundAmount: '168.00',
  currency: 'CNY',
  product: 'tea-1',
  stage: 'silent',
  tier: 'gold',
  tierZh: '金卡',
  tierEn: 'Gold',
  missing: '120.00',
  basis: 'spend',
  days: 90,
  years: 2,
  festival: 'mid-autumn',
  zh: '中秋节',
  en: 'the Mid-Autumn Festival',
};
const coupon = { code: 'K7QX2M9PWT4R', value: '¥20.00', minimum: '¥99.00', expires: '2026-12-31' };
const products = [
  { title: '正山小种 50g', price: '¥88.00', url: 'https://shop.example/p/1' },
  { title: 'Tea tray & towel', url: 'https://shop.example/p/2' },
];

/** Everything there can be. */
function variables(name: string) {
  return {
    locale: 'zh-CN',
    customer: { name },
    shop: { name: '山野茶铺' },
    order,
    trigger,
    coupon,
    products,
    unsubscribe: { url: 'https://crm.example/u/abc?x=1&y=2' },
    preferences: { url: 'https://crm.example/p/abc' },
    questionnaire: { url: 'https://crm.example/q/abc' },
  };
}

function existing(id: string, channel: MessageTemplate['channel'], locale: string | undefined): MessageTemplate {
  const template = builtInTemplate(id, channel, locale);
  if (!template) throw new Error(`there is no ${id} for ${channel}`);
  return template;
}

/** What a reader sees of HTML, roughly. */
function visible(html: string): string {
  return html
    .replace(/<!--.*?-->|<head>.*?<\/head>|<div style="display:none.*?<\/div>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#34;', '"')
    .replaceAll('&times;', '×')
    .replace(/\s+/g, ' ');
}

const named = (template: MessageTemplate) =>
  [`${template.id} ${template.channel} ${template.locale}`, laidOut(template)] as const;

it('has every message for every channel in every language, once', () => {
  for (const id of builtInTemplateIds) {
    for (const channel of channels) {
      for (const locale of locales) expect(builtInTemplate(id, channel, locale)).toMatchObject({ id, channel, locale });
    }
  }
  expect(new Set(builtInTemplateIds).size).toBe(builtInTemplateIds.length);
  expect(builtInTemplates).toHaveLength(builtInTemplateIds.length * channels.length * locales.length);
  expect(builtInTemplate('nothing-of-ours', 'sms', 'en')).toBeUndefined();
});

it.each([
  ['en', 'en'],
  ['EN', 'en'],
  ['en-GB', 'en'],
  ['en_US', 'en'],
  ['zh-CN', 'zh-CN'],
  ['zh-Hant-TW', 'zh-CN'],
  ['fr', 'zh-CN'],
  ['', 'zh-CN'],
  ['e', 'zh-CN'],
  [undefined, 'zh-CN'],
])('takes the nearest language: %s -> %s', (locale, nearest) => {
  expect(existing('turned-silent', 'sms', locale).locale).toBe(nearest);
});

function sendsOf(steps: readonly Step[]): SendStep[] {
  return steps.flatMap((step) => {
    if ('send' in step) return [step.send];
    return 'branch' in step ? sendsOf([...step.branch.yes, ...step.branch.no]) : [];
  });
}

describe.each(journeyPresets.map(({ definition }) => [definition.id, definition] as const))(
  'the preset %s',
  (_, preset) => {
    it('has its messages, of its class, which ask for nothing that its trigger does not bring', () => {
      const isOfOrder = /^(order|refund|purchase)\./.test(preset.trigger.on);
      const { order: whole, trigger: _all, coupon: given, ...rest } = variables('Anna');
      const { carrier: _c, tracking: _t, refund: _r, ...bare } = whole;
      const brought = triggerVariables(preset.trigger);
      for (const send of sendsOf(preset.steps)) {
        for (const channel of [...send.channels, 'webhook' as const]) {
          for (const locale of locales) {
            const template = existing(send.template, channel, locale);
            expect(template.class, send.template).toBe(send.class);
            const common = { ...rest, trigger: brought, products: [] };
            for (const orders of isOfOrder ? [{ order: whole }, { order: bare }] : [{}]) {
              for (const coupons of [{ coupon: given }, {}]) {
                expect(() => render(template, { ...common, ...orders, ...coupons }), send.template).not.toThrow();
              }
            }
          }
        }
      }
    });
  },
);

describe.each(builtInTemplates.map(named))('%s', (_, template) => {
  it('passes the check that a template of the merchant has to pass', () => {
    const { html: _made, ...written } = template;
    expect(wrongInTemplate(template.channel === 'email' ? written : template, renderer)).toEqual([]);
  });

  it.each(['林小满', ''])('renders whole for a customer named %j, with and without what is optional', (name) => {
    const { coupon: _coupon, ...few } = { ...variables(name), products: [] };
    for (const given of [variables(name), few]) {
      const message = render(template, given);
      for (const part of Object.values(message)) {
        expect(part).not.toMatch(/\{\{|\{%|undefined|null|\[object|NaN/);
        expect(part).not.toMatch(/^[，,！! ]|Hi ,|，，|。。/m);
      }
      expect(message.text.includes('林小满')).toBe(name !== '');
      expect(message.text).toBe(message.text.replace(/\n{3,}/g, '\n\n'));
    }
  });

  it('has subject and HTML for mail only', () => {
    expect([template.subject !== undefined, template.html !== undefined]).toEqual(
      Array(2).fill(template.channel === 'email'),
    );
  });
});

describe('the name of a customer, who may have none', () => {
  const saved = (text: string) =>
    wrongInTemplate({ id: 'own', channel: 'sms', class: 'promotional', locale: 'en', text }, renderer);

  it.each([
    '{{ customer.name | default: "you" }}',
    '{% if customer.name %}{{ customer.name }}{% endif %}',
    '{% if customer.name != blank %}{{ customer.name }}{% endif %}',
  ])('is taken with a default or a question: %s', (text) => {
    expect(saved(text)).toEqual([]);
  });

  it('is refused as it is: nobody gets a blank', () => {
    const message = expect.stringMatching(/customer\.name }}, which may be missing: give it a default/);
    expect(saved('Hi {{ customer.name }},')).toEqual([{ field: 'text', message }]);
  });
});

describe.each(builtInTemplates.filter(({ channel }) => channel === 'email').map(named))(
  'the mail %s',
  (_, template) => {
    const message = render(template, variables('Anna & Co'));
    const html = message.html ?? '';

    it('says the same in text and in HTML', () => {
      const seen = visible(html).replaceAll('&amp;', '&').replace(/\s+/g, ' ');
      const phrases = message.text
        .replace(/^-- ?$|^- |https:\S+/gm, '')
        .split(/[\s，。！？：（）():]+/)
        .filter((phrase) => phrase !== '');
      expect(phrases.length).toBeGreaterThan(3);
      expect(phrases.filter((phrase) => !seen.includes(phrase))).toEqual([]);
    });

    it('loads nothing, runs nothing, tells its language, and is small', () => {
      expect(html).toContain(`<html lang="${template.locale}"`);
      expect(html).not.toMatch(/<img|<script|<link|<iframe|@import|url\(|\bon\w+=/i);
      expect(html).toContain('prefers-color-scheme:dark');
      expect(html).toContain('max-width:600px');
      expect(html).not.toMatch(/\[\[\w+\]\]/);
      expect(Buffer.byteLength(html)).toBeLessThan(20_000);
    });

    it('lets marketing be unsubscribed from, and a service notice not', () => {
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
      const isMarketing = template.class !== 'transactional';
      expect(links.includes('https://crm.example/u/abc?x=1&amp;y=2')).toBe(isMarketing);
      expect(links.includes('https://crm.example/p/abc')).toBe(isMarketing);
      expect(message.text.includes('https://crm.example/u/abc?x=1&y=2')).toBe(isMarketing);
    });
  },
);

describe('amounts in the words of a cause', () => {
  const said = (id: string, locale: string, cause: Record<string, string | number>) =>
    render(existing(id, 'sms', locale), { ...variables(''), locale, trigger: { ...trigger, ...cause } }).text;

  it.each([
    ['success', 'zh-CN', '您好，订单2026112310010042871的退款已完成，金额¥168.00。'],
    ['refused', 'zh-CN', '您好，订单2026112310010042871的退款申请未能通过，金额¥168.00。'],
    ['requested', 'zh-CN', '您好，订单2026112310010042871的退款申请已收到，金额¥168.00。'],
    ['success', 'en', 'Hello, your refund has been paid: CN¥168.00 for order 2026112310010042871.'],
    ['requested', 'en', 'Hello, your refund request has reached us: CN¥168.00 for order 2026112310010042871.'],
  ])('a refund (%s, %s): %s', (refundStatus, locale, text) => {
    expect(said('refund-progress', locale, { refundStatus })).toBe(text);
  });

  it.each([
    ['spend', '120.00', '您好，再消费 ¥120.00，您就是金卡会员。', 'Hello, only CN¥120.00 more and you'],
    ['purchases', 1, '您好，再购买 1 次，您就是金卡会员。', 'Hello, only 1 more order and you'],
    ['purchases', 3, '您好，再购买 3 次，您就是金卡会员。', 'Hello, only 3 more orders and you'],
  ])('the way to the next tier, counted in %s', (basis, missing, chinese, english) => {
    expect(said('tier-near', 'zh-CN', { basis, missing })).toBe(chinese);
    expect(said('tier-near', 'en', { basis, missing })).toContain(english);
  });

  it('an order that is not paid yet has a total, and nobody is told that they have paid it', () => {
    const { text, html } = render(existing('payment-reminder', 'email', 'zh-CN'), variables(''));
    expect(text).toContain('合计 ¥331.00');
    expect([text, html].join()).not.toContain('实付');
  });
});

it('escapes what customers and shops typed', () => {
  const { html } = render(existing('order-confirmation', 'email', 'en'), variables('<script>alert(1)</script>'));
  expect(html).toContain('Hi &lt;script&gt;alert(1)&lt;/script&gt;,');
  expect(html).toContain('龙井 &lt;明前&gt; 50g');
  expect(html).not.toContain('<script>');
});

it('lists every line of a long order', () => {
  const items = Array.from({ length: 300 }, (_, i) => ({ title: `tea ${i}.`, quantity: '1', price: '¥1.00' }));
  const given = { ...variables(''), order: { id: '1', total: '¥300.00', items } };
  const { text, html } = render(existing('order-confirmation', 'email', 'zh-CN'), given);
  for (const { title } of items) expect([text.includes(title), html?.includes(title)]).toEqual([true, true]);
});

it('renders an order without lines', () => {
  const given = { ...variables(''), order: { id: '1', total: '¥300.00', items: [] } };
  expect(render(existing('order-confirmation', 'email', 'en'), given).text).toContain('Order 1\nTotal ¥300.00');
});

describe('SMS parts', () => {
  const texts = builtInTemplates.filter(({ channel }) => channel === 'sms');
  /** Links are as long as their tokens. */
  const withLink = { ...variables('欧阳小满'), questionnaire: { url: `https://crm.example/q/${'t'.repeat(96)}` } };
  const isLonger = (text: string) => text.includes('coupon.code') || text.includes('.url');

  it.each(texts.filter(({ locale }) => locale === 'zh-CN').map(named))(
    '%s goes in one part in Chinese, with a coupon or a link in two or three, signature and opt-out counted in',
    (_, template) => {
      const text = smsText(render(template, withLink).text, {
        signature: '山野茶铺',
        ...(template.class !== 'transactional' && { optOut: '拒收请回复R' }),
      });
      expect(smsPartsOf(text).parts, text).toBeLessThanOrEqual(isLonger(template.text) ? 3 : 1);
    },
  );

  it.each(texts.filter(({ locale }) => locale === 'en').map(named))(
    '%s is plain GSM-7 in English, of one part, with a coupon or a link of two',
    (_, template) => {
      const plain = {
        ...withLink,
        customer: { name: 'Christopher' },
        coupon: { ...coupon, value: 'CN$20.00 off', minimum: 'CN$99.00' },
        order: { ...order, total: 'CN$331.00', carrier: 'DHL' },
        products: [{ title: 'Lapsang Souchong 50g' }],
      };
      const text = smsText(render(template, plain).text, {
        ...(template.class !== 'transactional' && { optOut: 'Reply STOP to opt out' }),
      });
      const { encoding, parts } = smsPartsOf(text);
      expect([encoding, parts <= (isLonger(template.text) ? 2 : 1)], text).toEqual(['GSM-7', true]);
    },
  );
});
