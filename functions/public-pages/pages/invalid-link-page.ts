import type { Locale } from '../../../shared/domain/messages/template.ts';
import { escapeHtml, page } from './page-frame.ts';

/** For a link that was not made here, is over, or is about a message that never went out. */
export function invalidLinkPage({ locale }: { readonly locale: Locale }): string {
  const { title, advice, nothing } = words[locale];
  return page(locale, title, [`<p>${escapeHtml(advice)}</p>`, `<p class="soft">${escapeHtml(nothing)}</p>`]);
}

interface Words {
  readonly title: string;
  readonly advice: string;
  readonly nothing: string;
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    title: '链接无效',
    advice: '这个链接不完整或已失效。请从最近收到的邮件或短信中重新打开链接。',
    nothing: '目前没有任何改变。',
  },
  en: {
    title: 'This link does not work',
    advice: 'It is incomplete or no longer valid. Please open the link again from the latest message you got.',
    nothing: 'Nothing has changed.',
  },
};
