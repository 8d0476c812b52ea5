import { describe, expect, it } from 'vitest';
import { isTracked, withLinks, withPixel } from '../../../shared/domain/messages/message-links.ts';

/** Puts numbers in place of links, and keeps what they were. */
function rewritten(message: { text?: string; html?: string }) {
  const urls: string[] = [];
  const { text, html } = withLinks({ text: '', ...message }, (url) => {
    urls.push(url);
    return `<${urls.length}>`;
  });
  return { text, html, urls };
}

describe('links in a text', () => {
  it.each([
    ['看看 https://a.example/x 吧', '看看 <1> 吧', 'https://a.example/x'],
    ['看看https://a.example/x吧', '看看<1>吧', 'https://a.example/x'],
    ['https://a.example/x。拒收请回复R', '<1>。拒收请回复R', 'https://a.example/x'],
    ['(see https://a.example/x?a=1&b=2).', '(see <1>).', 'https://a.example/x?a=1&b=2'],
    ['Go: http://a.example, now!', 'Go: <1>, now!', 'http://a.example'],
    ['https://a.example/x（满99）', '<1>（满99）', 'https://a.example/x'],
    ['https://a.example/%E8%8C%B6/', '<1>', 'https://a.example/%E8%8C%B6/'],
  ])('%s', (text, expected, url) => {
    expect(rewritten({ text })).toMatchObject({ text: expected, urls: [url] });
  });

  it('are those of the web alone', () => {
    expect(rewritten({ text: 'mailto:a@b.example ftp://a.example www.a.example a.example' }).urls).toEqual([]);
  });
});

describe('links in HTML', () => {
  it('are where anchors lead, decoded and encoded again', () => {
    const html = `<a class="x" href="https://a.example/?a=1&amp;b=2">A</a><A HREF='http://b.example'>B</A>`;
    expect(rewritten({ html })).toMatchObject({
      html: `<a ses:no-track class="x" href="&lt;1&gt;">A</a><A ses:no-track HREF="&lt;2&gt;">B</A>`,
      urls: ['https://a.example/?a=1&b=2', 'http://b.example'],
    });
  });

  it('leave pictures, styles, mail addresses and places on the page as they are', () => {
    const html =
      '<img src="https://a.example/i.png"><link href="https://a.example/s.css"><a href="mailto:a@b.example">m</a><a href="#top">t</a><abbr href="https://a.example">x</abbr>';
    expect(rewritten({ html })).toMatchObject({ html, urls: [] });
  });
});

describe('the picture that tells an opening', () => {
  it('stands at the end of the page, or of what there is', () => {
    const url = 'https://x.example/o/1?a&b';
    expect(withPixel({ text: 't', html: '<body>Hi</body></html>' }, url).html).toMatch(
      /^<body>Hi<img src="https:\/\/x\.example\/o\/1\?a&amp;b" [^>]*><\/body><\/html>$/,
    );
    expect(withPixel({ text: 't', html: 'Hi' }, url).html).toMatch(/^Hi<img /);
    expect(withPixel({ text: 't' }, url)).toEqual({ text: 't' });
  });
});

it('counts clicks of everything but order, shipping and refund notices', () => {
  const transactional = (['order', 'shipping', 'refund', 'other'] as const).map((one) =>
    isTracked('transactional', one),
  );
  expect(transactional).toEqual([false, false, false, true]);
  expect([isTracked('promotional', 'other'), isTracked('care', 'birthday')]).toEqual([true, true]);
});
