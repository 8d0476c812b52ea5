import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { couponPage, noCouponPage, offerPage } from '../../../functions/public-pages/pages/coupon-page.ts';
import { localeOf, pagePolicy } from '../../../functions/public-pages/pages/page-frame.ts';
import { preferencesPage } from '../../../functions/public-pages/pages/preferences-page.ts';
import { questionnairePage, thanksPage } from '../../../functions/public-pages/pages/questionnaire-page.ts';
import { type Locale, locales } from '../../../shared/domain/messages/template.ts';

const shopName = '<b>山野</b> & "茶铺"';

function allPages(locale: Locale): [name: string, html: string][] {
  const about = { locale, shopName };
  const channels = [
    { channel: 'email', isOn: true, isBarred: false },
    { channel: 'sms', isOn: false, isBarred: true },
  ] as const;
  return [
    ['preferences', preferencesPage({ ...about, preferences: { channels, isPaused: true }, isSaved: true })],
    [
      'preferences of nobody',
      preferencesPage({ ...about, preferences: { channels: [], isPaused: false }, isSaved: false }),
    ],
    ['stars', questionnairePage({ ...about, scale: 'stars', isIncomplete: true })],
    ['nps', questionnairePage({ ...about, scale: 'nps', isIncomplete: false, known: { score: 0, text: '"<&' } })],
    ['thanks', thanksPage({ locale, isLow: false, points: 50, code: '<A>&1' })],
    ['sorry', thanksPage({ locale, isLow: true })],
    ['offer', offerPage(about)],
    ['coupon', couponPage({ ...about, code: 'A-1', name: '<Spring>', until: '2026-12-31' })],
    ['no coupon', noCouponPage({ locale }, 'gone')],
    ['had', noCouponPage({ locale }, 'had')],
  ];
}

describe.each(locales)('every page in %s', (locale) => {
  test.each(allPages(locale))('%s is one small document that loads and runs nothing', (_, html) => {
    expect(html).toMatch(new RegExp(`^<!doctype html>\\n<html lang="${locale}">`));
    expect(html).toContain('<meta name="viewport" content="width=device-width,initial-scale=1">');
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(Buffer.byteLength(html)).toBeLessThan(10_000);
    expect(html).not.toMatch(/<script|<img|<link|\ssrc=|\son\w+=|style=|undefined|null|\[object/i);
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
    expect(pagePolicy).toContain(createHash('sha256').update(style).digest('base64'));
  });

  test.each(allPages(locale))('%s shows what others wrote as text', (_, html) => {
    const [, body = ''] = /<\/style>([\s\S]*)$/.exec(html) ?? [];
    expect(body).not.toMatch(/<b>|<A>|<Spring>|"茶铺"/);
  });

  test.each(allPages(locale))('%s labels every field, and sends its form to itself', (_, html) => {
    for (const [field] of html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
      const id = / id="([^"]+)"/.exec(field)?.[1];
      const isLabelled =
        id === undefined
          ? html.includes(`<label>${field}`) || html.includes(`<label class="choice">${field}`)
          : html.includes(`<label class="label" for="${id}">`);
      expect(isLabelled, field).toBe(true);
      if (/type="radio"/.test(field)) expect(field).toMatch(/aria-label="[^"]+"/);
    }
    for (const [form] of html.matchAll(/<form\b[^>]*>/g)) expect(form).toBe('<form method="post">');
    for (const [, content] of html.matchAll(/<fieldset>([\s\S]*?)<\/fieldset>/g)) {
      expect(content).toMatch(/^\s*(<legend>|<label class="label")[^<]/);
    }
  });
});

test('both languages say the same, each in its own words', () => {
  const [chinese = [], english = []] = locales.map((locale) => allPages(locale).map(([, html]) => html));
  const texts = (html = '') => (/<\/style>([\s\S]*)$/.exec(html)?.[1] ?? '').match(/>[^<>\s][^<>]*</g) ?? [];
  expect(chinese.length).toBeGreaterThan(0);
  for (const [place, html] of chinese.entries()) {
    expect(texts(html)).toHaveLength(texts(english[place]).length);
    expect(texts(html)).not.toEqual(texts(english[place]));
  }
});

test('a language is one of ours, or none', () => {
  expect([localeOf('zh'), localeOf('en'), localeOf('de'), localeOf(undefined)]).toEqual([
    'zh-CN',
    'en',
    undefined,
    undefined,
  ]);
});
