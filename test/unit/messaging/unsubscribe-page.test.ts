import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { invalidLinkPage } from '../../../functions/public-pages/pages/invalid-link-page.ts';
import { pageLocale, pagePolicy } from '../../../functions/public-pages/pages/page-frame.ts';
import { askPage, donePage } from '../../../functions/public-pages/pages/unsubscribe-page.ts';
import { channels } from '../../../shared/domain/messages/message-class.ts';
import { type Locale, locales } from '../../../shared/domain/messages/template.ts';

const about = { shopName: '山野茶铺', channel: 'email' } as const;

function allPages(locale: Locale): string[] {
  return [
    ...channels.flatMap((channel) => [askPage({ ...about, locale, channel }), donePage({ ...about, locale, channel })]),
    invalidLinkPage({ locale }),
  ];
}

describe.each(locales)('every page in %s', (locale) => {
  it.each(allPages(locale))('is one whole document (%#)', (html) => {
    expect(html).toMatch(new RegExp(`^<!doctype html>\\n<html lang="${locale}">`));
    expect(html).toContain('<meta name="viewport" content="width=device-width,initial-scale=1">');
    const [, title] = /<title>(.+)<\/title>/.exec(html) ?? [];
    const headings = [...html.matchAll(/<h1>(.+)<\/h1>/g)].map(([, heading]) => heading);
    expect(headings).toEqual([title]);
    expect(html.match(/<main>/g)).toHaveLength(1);
    expect(html).not.toMatch(/undefined|null|\[object/);
  });

  it.each(allPages(locale))('keeps to its policy (%#)', (html) => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|javascript:|@import|url\(|\sstyle=|\son\w+=|https?:/i);
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
    expect(pagePolicy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });
});

it('allows nothing that a page does not need', () => {
  expect(pagePolicy).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  );
});

describe('the form', () => {
  it('posts what a mail program would, to its own URL', () => {
    const html = askPage({ ...about, locale: 'en' });
    expect(html).toContain('<form method="post">');
    expect(html).toContain('<input type="hidden" name="List-Unsubscribe" value="One-Click">');
    expect(html.match(/<button type="submit">Unsubscribe<\/button>/g)).toHaveLength(1);
  });

  it('stands on the asking page alone, and no page links to unsubscribing', () => {
    const others = [donePage, invalidLinkPage].map((page) => page({ ...about, locale: 'en' }));
    for (const html of others) expect(html).not.toMatch(/<form|<button/);
    for (const html of allPages('en')) expect(html).not.toMatch(/<a\b|http-equiv/);
  });
});

it('names the channel', () => {
  expect(
    channels.map((channel) => donePage({ ...about, locale: 'zh-CN', channel }).match(/邮件|短信|问候类消息/)?.[0]),
  ).toEqual(['邮件', '短信', '问候类消息']);
});

it('escapes all that is put into it', () => {
  const evil = `"><script>alert('x')</script>&`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;';
  const given = { locale: 'en', shopName: evil, channel: 'email' } as const;
  const ask = askPage(given);
  expect(ask.split(escaped)).toHaveLength(3); // title, heading
  for (const html of [ask, donePage(given)]) {
    expect(html).toContain(escaped);
    expect(html).not.toContain('<script');
  }
});

it.each([
  [undefined, 'zh-CN'],
  ['', 'zh-CN'],
  ['*', 'zh-CN'],
  ['zh', 'zh-CN'],
  ['zh-TW,en;q=0.5', 'zh-CN'],
  ['en-GB,en;q=0.9', 'en'],
  ['EN', 'en'],
  ['en;q=0.5, zh-CN;q=0.8', 'zh-CN'],
  ['fr-FR, zh;q=0.3, en;q=0.2', 'zh-CN'],
  ['zh;q=0, en', 'en'],
  ['fr,de;q=0.5', 'en'],
  ['fr, *;q=0.1', 'en'],
  ['en;q=x, zh', 'zh-CN'],
  [';;;,,,q=', 'en'],
])('reads the language %j as %s', (header, locale) => {
  expect(pageLocale(header)).toBe(locale);
});
