import { createHash } from 'node:crypto';
import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import { type Locale, locales } from '../../../shared/domain/messages/template.ts';

export interface UnsubscribePage {
  readonly locale: Locale;
  readonly shopName: string;
  readonly channel: Channel;
}

/** Colours keep 4.5:1 and more on their ground (WCAG AA), by day and by night. */
const style = `
:root{color-scheme:light dark;--ground:#f3f2ef;--card:#fff;--ink:#1f1d1a;--soft:#5f5b55;--line:#dcd8d0;--button:#1f1d1a;--label:#fff;--focus:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ground:#121212;--card:#1e1e1e;--ink:#f1f1f1;--soft:#b4b4b4;--line:#3a3a3a;--button:#f1f1f1;--label:#121212;--focus:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;padding:clamp(16px,12vh,120px) 16px 32px;background:var(--ground);color:var(--ink);font:16px/1.65 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{width:100%;max-width:480px;padding:clamp(20px,6vw,36px);background:var(--card);border:1px solid var(--line);border-radius:12px;overflow-wrap:anywhere}
h1{margin:0 0 12px;font-size:22px;line-height:1.4;font-weight:600}
p{margin:0 0 12px}
p:last-child{margin-bottom:0}
form{margin:24px 0}
button{width:100%;min-height:48px;padding:10px 16px;border:0;border-radius:8px;background:var(--button);color:var(--label);font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid var(--focus);outline-offset:3px}
.soft{color:var(--soft);font-size:14px}
`;

/** One style sheet, known by its hash; no script, nothing from elsewhere, a form that posts to where it came from. */
export const unsubscribePagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

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

export function invalidLinkPage({ locale }: { readonly locale: Locale }): string {
  const { title, advice, nothing } = words[locale].invalid;
  return page(locale, title, [`<p>${escapeHtml(advice)}</p>`, `<p class="soft">${escapeHtml(nothing)}</p>`]);
}

/**
 * The reader's language among ours, by `Accept-Language`: the one named with the highest weight. A reader of neither is
 * more at home in English; one who says nothing gets the first of `locales`.
 */
export function pageLocale(acceptLanguage: string | undefined): Locale {
  const languages = (acceptLanguage ?? '')
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ language, weight }) => language !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ language }) => language);
  const [first] = languages;
  if (first === undefined || first === '*') return locales[0];
  const ours = languages.find((language) => localeOf(language) !== undefined);
  return localeOf(ours) ?? 'en';
}

function localeOf(language: string | undefined): Locale | undefined {
  return locales.find((locale) => locale.split('-')[0] === language);
}

function page(locale: Locale, title: string, content: readonly string[]): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content.join('\n')}
</main>
</body>
</html>
`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
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
  readonly invalid: { readonly title: string; readonly advice: string; readonly nothing: string };
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
    invalid: {
      title: '链接无效',
      advice: '这个链接不完整或已失效。请从最近收到的邮件或短信中重新打开退订链接。',
      nothing: '目前没有任何改变。',
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
    invalid: {
      title: 'This link does not work',
      advice: 'It is incomplete or no longer valid. Please open the link again from the latest message you got.',
      nothing: 'Nothing has changed.',
    },
  },
};
