import { type AnswerScale, answerScales, longestAnswer } from '../../../shared/domain/cases/answer.ts';
import type { Locale } from '../../../shared/domain/messages/template.ts';
import { escapeHtml, page } from './page-frame.ts';

export interface QuestionnairePage {
  readonly locale: Locale;
  readonly shopName: string;
  readonly scale: AnswerScale;
  /** What was answered before: it can be changed. */
  readonly known?: { readonly score: number; readonly text?: string };
  /** Sent without a score. */
  readonly isIncomplete: boolean;
}

/** Names of the form's fields. */
export const answerFields = { score: 'score', text: 'text' } as const;

export function questionnairePage({ locale, shopName, scale, known, isIncomplete }: QuestionnairePage): string {
  const text = words[locale];
  const { question, low, high } = text[scale];
  return page(locale, question(shopName), [
    ...(isIncomplete ? [`<p class="wrong" role="alert">${escapeHtml(text.incomplete)}</p>`] : []),
    '<form method="post">',
    `<fieldset><legend>${escapeHtml(text.score)}</legend>`,
    `<div class="scale ${scale}">${scores(scale)
      .map((score) => scoreChoice(scale, score, known?.score, text))
      .join('')}</div>`,
    `<p class="ends" aria-hidden="true"><span>${escapeHtml(low)}</span><span>${escapeHtml(high)}</span></p></fieldset>`,
    `<fieldset><label class="label" for="text">${escapeHtml(text.words)}</label>`,
    `<textarea id="text" name="${answerFields.text}" maxlength="${longestAnswer}" rows="4">${escapeHtml(known?.text ?? '')}</textarea></fieldset>`,
    `<button type="submit">${escapeHtml(text.send)}</button>`,
    '</form>',
  ]);
}

export interface ThanksPage {
  readonly locale: Locale;
  readonly isLow: boolean;
  readonly points?: number;
  readonly code?: string;
}

export function thanksPage({ locale, isLow, points, code }: ThanksPage): string {
  const { thanks } = words[locale];
  return page(locale, thanks.title, [
    `<p role="status">${escapeHtml(isLow ? thanks.sorry : thanks.glad)}</p>`,
    ...(points === undefined ? [] : [`<p>${escapeHtml(thanks.points(points))}</p>`]),
    ...(code === undefined ? [] : [`<p>${escapeHtml(thanks.coupon)}</p>`, `<p class="code">${escapeHtml(code)}</p>`]),
    `<p class="soft">${escapeHtml(thanks.again)}</p>`,
  ]);
}

function scores(scale: AnswerScale): number[] {
  const { from, to } = answerScales[scale];
  return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}

function scoreChoice(scale: AnswerScale, score: number, known: number | undefined, text: Words): string {
  const { from, to } = answerScales[scale];
  const { low, high } = text[scale];
  const end = score === from ? low : score === to ? high : undefined;
  const label = end === undefined ? text.named(score, to) : `${text.named(score, to)}, ${end}`;
  const star = scale === 'stars' ? '<small aria-hidden="true">★</small>' : '';
  const checked = score === known ? ' checked' : '';
  return `<label><input type="radio" name="${answerFields.score}" value="${score}" required aria-label="${escapeHtml(label)}"${checked}><span>${star}${score}</span></label>`;
}

interface Scale {
  question(shop: string): string;
  readonly low: string;
  readonly high: string;
}

interface Words extends Readonly<Record<AnswerScale, Scale>> {
  readonly score: string;
  named(score: number, of: number): string;
  readonly words: string;
  readonly send: string;
  readonly incomplete: string;
  readonly thanks: {
    readonly title: string;
    readonly glad: string;
    readonly sorry: string;
    points(points: number): string;
    readonly coupon: string;
    readonly again: string;
  };
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    stars: { question: (shop) => `您对这次在 ${shop} 的购物满意吗？`, low: '很不满意', high: '非常满意' },
    nps: { question: (shop) => `您有多大可能向朋友推荐 ${shop}？`, low: '完全不会', high: '一定会' },
    score: '您的评分',
    named: (score, of) => `${score} 分（满分 ${of}）`,
    words: '想对我们说的话（选填）',
    send: '提交',
    incomplete: '请先选择评分。',
    thanks: {
      title: '谢谢您的评价',
      glad: '您的评价已收到，我们会认真阅读。',
      sorry: '很抱歉没有让您满意。您的评价已收到，我们会尽快处理。',
      points: (points) => `已送您 ${points} 积分。`,
      coupon: '送您一张优惠券，券码：',
      again: '可以用同一个链接修改评价。',
    },
  },
  en: {
    stars: { question: (shop) => `How was your order from ${shop}?`, low: 'Very poor', high: 'Excellent' },
    nps: {
      question: (shop) => `How likely are you to recommend ${shop} to a friend?`,
      low: 'Not at all',
      high: 'Certainly',
    },
    score: 'Your score',
    named: (score, of) => `${score} of ${of}`,
    words: 'Anything you want to tell us? (optional)',
    send: 'Send',
    incomplete: 'Please choose a score first.',
    thanks: {
      title: 'Thank you',
      glad: 'Your answer has arrived, and somebody will read it.',
      sorry: 'We are sorry that it was not as it should be. Somebody will look into it soon.',
      points: (points) => `${points} points have been added to your account.`,
      coupon: 'Here is a coupon for you. Its code:',
      again: 'You can change your answer with the same link.',
    },
  },
};
