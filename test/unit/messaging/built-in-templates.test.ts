import { describe, expect, it } from 'vitest';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import {
  builtInTemplate,
  builtInTemplateIds,
  builtInTemplates,
} from '../../../shared/domain/messages/built-in-templates.ts';
import { channels } from '../../../shared/domain/messages/message-class.ts';
import { smsPartsOf, smsText } from '../../../shared/domain/messages/sms-parts.ts';
import { locales, type MessageTemplate } from '../../../shared/domain/messages/template.ts';

const { render } = liquidRenderer();

function variables(name: string) {
  return {
    locale: 'zh-CN',
    customer: { name },
    shop: { name: '山野茶铺' },
    order: {
      id: '2026112310010042871',
      total: '¥331.00',
      items: [
        { title: '龙井 <明前> 50g', quantity: '1', price: '¥168.00' },
        { title: 'Gaiwan "white"', quantity: '2', price: '¥59.00' },
      ],
    },
    unsubscribe: { url: 'https://crm.example/u/abc?x=1&y=2' },
  };
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
  [`${template.id} ${template.channel} ${template.locale}`, template] as const;

it('has every message for every channel in every language', () => {
  for (const id of builtInTemplateIds) {
    for (const channel of channels) {
      for (const locale of locales) expect(builtInTemplate(id, channel, locale)).toMatchObject({ id, channel, locale });
    }
  }
  expect(builtInTemplates).toHaveLength(builtInTemplateIds.length * channels.length * locales.length);
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
  expect(builtInTemplate('turned-silent', 'sms', locale).locale).toBe(nearest);
});

it('knows what each is for', () => {
  expect(builtInTemplate('order-confirmation', 'sms', 'en').class).toBe('transactional');
  expect(builtInTemplate('turned-silent', 'sms', 'en').class).toBe('care');
});

describe.each(builtInTemplates.map(named))('%s', (_, template) => {
  it.each(['林小满', ''])('renders whole for a customer named %j', (name) => {
    const message = render(template, variables(name));
    for (const part of Object.values(message)) {
      expect(part).not.toMatch(/\{\{|\{%|undefined|null|\[object|NaN/);
      expect(part).not.toMatch(/^[，,！! ]|Hi ,|，，/m);
    }
    expect(message.text.includes('林小满')).toBe(name !== '');
    expect(message.text).toBe(message.text.replace(/\n{3,}/g, '\n\n'));
  });

  it('has subject and HTML for mail only', () => {
    expect([template.subject !== undefined, template.html !== undefined]).toEqual(
      Array(2).fill(template.channel === 'email'),
    );
  });

  it('asks for nothing its rule does not give', () => {
    const { order, unsubscribe, ...basics } = variables('Anna');
    const isCareMail = template.class === 'care' && template.channel === 'email';
    const given = {
      ...basics,
      ...(template.id === 'order-confirmation' && { order }),
      ...(isCareMail && { unsubscribe }),
    };
    expect(() => render(template, given)).not.toThrow();
  });
});

describe.each(builtInTemplates.filter(({ channel }) => channel === 'email').map(named))(
  'the mail %s',
  (_, template) => {
    const message = render(template, variables('Anna & Co'));
    const html = message.html ?? '';

    it('says the same in text and in HTML', () => {
      const seen = visible(html).replaceAll('&amp;', '&');
      const phrases = message.text
        .replace(/^-- ?$|^- |https:\S+/gm, '')
        .split(/[\s，。！？：（）():]+/)
        .filter((phrase) => phrase !== '');
      expect(phrases.length).toBeGreaterThan(10);
      expect(phrases.filter((phrase) => !seen.includes(phrase))).toEqual([]);
    });

    it('loads nothing, runs nothing and tells its language', () => {
      expect(html).toContain(`<html lang="${template.locale}"`);
      expect(html).not.toMatch(/<img|<script|<link|<iframe|@import|url\(|\bon\w+=/i);
      expect(html).toContain('prefers-color-scheme:dark');
      expect(html).toContain('max-width:600px');
      expect(Buffer.byteLength(html)).toBeLessThan(20_000);
    });

    it('lets care be unsubscribed from, and an order not', () => {
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
      expect(links).toEqual(template.class === 'care' ? ['https://crm.example/u/abc?x=1&amp;y=2'] : []);
      expect(message.text.includes('https://crm.example/u/abc?x=1&y=2')).toBe(template.class === 'care');
    });
  },
);

it('escapes what customers and shops typed', () => {
  const html = render(
    builtInTemplate('order-confirmation', 'email', 'en'),
    variables('<script>alert(1)</script>'),
  ).html;
  expect(html).toContain('Hi &lt;script&gt;alert(1)&lt;/script&gt;,');
  expect(html).toContain('龙井 &lt;明前&gt; 50g');
  expect(html).not.toContain('<script>');
});

it('lists every line of a long order', () => {
  const items = Array.from({ length: 300 }, (_, i) => ({ title: `tea ${i}.`, quantity: '1', price: '¥1.00' }));
  const given = { ...variables(''), order: { id: '1', total: '¥300.00', items } };
  const { text, html } = render(builtInTemplate('order-confirmation', 'email', 'zh-CN'), given);
  for (const { title } of items) expect([text.includes(title), html?.includes(title)]).toEqual([true, true]);
});

it('renders an order without lines', () => {
  const given = { ...variables(''), order: { id: '1', total: '¥300.00', items: [] } };
  expect(render(builtInTemplate('order-confirmation', 'email', 'en'), given).text).toContain('Order 1\nPaid ¥300.00');
});

describe('SMS parts', () => {
  const framed = (id: (typeof builtInTemplateIds)[number], locale: string, name: string) =>
    smsPartsOf(
      smsText(render(builtInTemplate(id, 'sms', locale), variables(name)).text, {
        signature: '山野茶铺',
        ...(id === 'turned-silent' && { optOut: '拒收请回复R' }),
      }),
    );

  it.each(builtInTemplateIds)('%s goes in one part in Chinese, signature and opt-out counted in', (id) => {
    expect(framed(id, 'zh-CN', '欧阳小满').parts).toBe(1);
  });

  it.each(builtInTemplateIds)('%s is plain GSM-7 of one part in English, unsigned', (id) => {
    const { text } = render(builtInTemplate(id, 'sms', 'en'), variables('Christopher'));
    expect(smsPartsOf(text)).toMatchObject({ encoding: 'GSM-7', parts: 1 });
  });
});
