import { describe, expect, it } from 'vitest';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import type { MailBlock } from '../../../shared/domain/messages/mail-blocks.ts';
import { laidOut } from '../../../shared/domain/messages/mail-layout.ts';
import type { MessageTemplate } from '../../../shared/domain/messages/template.ts';

const { render } = liquidRenderer();

const mail = (parts: Partial<MessageTemplate>): MessageTemplate => ({
  id: 't',
  channel: 'email',
  class: 'promotional',
  locale: 'en',
  subject: 'News',
  text: 'Hello',
  ...parts,
});
const given = {
  shop: { name: 'North & Co' },
  customer: { name: '<b>Anna</b>' },
  unsubscribe: { url: 'https://x.example/u/1' },
  preferences: { url: 'https://x.example/p/1' },
};
const htmlOf = (parts: Partial<MessageTemplate>, more = {}) =>
  render(laidOut(mail(parts)), { ...given, ...more }).html ?? '';
/** What stands in the card, without the layout's own markup. */
const cardOf = (blocks: readonly MailBlock[], more = {}) =>
  htmlOf({ blocks }, more)
    .replace(/^[\s\S]*?News<\/div>/, '')
    .replace(/You are getting this[\s\S]*$/, '');

describe('a mail of text alone', () => {
  it('has its paragraphs, lines and links in the layout, escaped', () => {
    const html = htmlOf({
      text: 'Dear {{ customer.name }},\nTom & Jerry <3\n\nSee https://a.example/?a=1&b={{ customer.name | size }}.',
    });
    expect(html).toContain('>Dear &lt;b&gt;Anna&lt;/b&gt;,<br>\nTom &amp; Jerry &lt;3</div>');
    expect(html).toContain(
      'See <a href="https://a.example/?a=1&amp;b=11" style="color:#a8471f;">https://a.example/?a=1&amp;b=11</a>.',
    );
    expect(html).toContain('North &amp; Co');
  });

  it('makes a link of a variable that is one, in Chinese text too', () => {
    const html = htmlOf(
      { text: '请看：{{ questionnaire.url }}。谢谢' },
      { questionnaire: { url: 'https://x.example/q/1' } },
    );
    expect(html).toContain('请看：<a href="https://x.example/q/1"');
    expect(html).toContain('</a>。谢谢');
  });

  it('makes no empty lines of tags', () => {
    const html = htmlOf({ text: 'A\n{% for n in (1..2) -%}\n- {{ n }}\n{% endfor -%}\nB' });
    expect(html).toContain('>A<br>\n- 1<br>\n- 2<br>\nB</div>');
  });

  it('says how to be left alone, once, unless it is transactional', () => {
    const { text } = laidOut(mail({ text: 'Hello' }));
    expect(text).toMatch(
      /\n--\nYou are getting this because .*\nNo more mails like this\? Unsubscribe here: \{\{ unsubscribe\.url \}\}\n$/,
    );
    expect(laidOut(laidOut(mail({})))).toEqual(laidOut(mail({})));
    expect(laidOut(mail({ text: 'Bye: {{ unsubscribe.url }}' })).text).toBe('Bye: {{ unsubscribe.url }}');
    const notice = laidOut(mail({ class: 'transactional' }));
    expect(notice.text).toBe('Hello');
    expect(notice.html).not.toContain('unsubscribe');
  });

  it('leaves a page of its own, and other channels, as they are', () => {
    expect(laidOut(mail({ html: '<p>{{ unsubscribe.url }}</p>' })).html).toBe('<p>{{ unsubscribe.url }}</p>');
    expect(laidOut(mail({ channel: 'sms' }))).toEqual(mail({ channel: 'sms' }));
  });
});

describe('blocks', () => {
  it('are buttons, pictures and headings with what is in them escaped', () => {
    const card = cardOf([
      { type: 'heading', text: 'A & B' },
      { type: 'button', label: 'Buy "now"', url: 'https://a.example/?a=1&b=2' },
      { type: 'image', image: 'https://a.example/i.png', alt: 'Tea & cup', url: 'https://a.example/tea' },
    ]);
    expect(card).toContain('A &amp; B');
    expect(card).toMatch(/<a href="https:\/\/a\.example\/\?a=1&amp;b=2"[^>]*>\s*Buy &quot;now&quot;\s*<\/a>/);
    expect(card).toMatch(
      /<a href="https:\/\/a\.example\/tea"[^>]*>\s*<img[^>]*alt="Tea &amp; cup"[^>]*src="https:\/\/a\.example\/i\.png"/,
    );
  });

  it('show what is recommended, and nothing where nothing is', () => {
    const products = [
      { title: 'Tea <1>', price: '€9', url: 'https://a.example/1', image: 'https://a.example/1.jpg' },
      { title: 'Cup' },
    ];
    const card = cardOf([{ type: 'products' }], { products });
    expect(card).toContain('Picked for you');
    expect(card).toContain('Tea &lt;1&gt;');
    expect(card.match(/<img/g)).toHaveLength(1);
    expect(card).toContain('<b>Cup</b>');
    expect(cardOf([{ type: 'products' }], { products: [] })).not.toMatch(/Picked for you|<tr>\s*<td[^>]*width="72"/);
  });

  it('show a coupon; an optional one only where there is one', () => {
    const coupon = { code: 'TEA20', value: '20% off' };
    const card = cardOf([{ type: 'coupon' }], { coupon });
    expect(card).toMatch(/20% off[\s\S]*TEA20/);
    expect(card).not.toContain('valid until');
    expect(cardOf([{ type: 'coupon', optional: true }])).not.toContain('dashed');
    expect(() => cardOf([{ type: 'coupon' }])).toThrow(/coupon/);
  });
});
