import type { Instant } from '../calendar.ts';

/** How a questionnaire asks: stars from 1 to 5, or how likely one is to recommend the shop, 0 to 10 (NPS). */
export const answerScales = {
  stars: { from: 1, to: 5, lowUpTo: 2 },
  nps: { from: 0, to: 10, lowUpTo: 6 },
} as const;
export type AnswerScale = keyof typeof answerScales;

/** What a customer answered; a later answer to the same questionnaire takes its place. */
export interface Answer {
  readonly at: Instant;
  readonly scale: AnswerScale;
  readonly score: number;
  readonly text?: string;
}

/** Characters of an answer's text that are kept. */
export const longestAnswer = 2000;

/** A scale by its name in a link; stars where none is named. */
export function answerScale(named: string | undefined): AnswerScale {
  return named === 'nps' ? 'nps' : 'stars';
}

/** @returns undefined where it is no whole number on the scale */
export function scoreOn(scale: AnswerScale, text: string): number | undefined {
  const { from, to } = answerScales[scale];
  const score = Number(text);
  return /^\d{1,2}$/.test(text) && score >= from && score <= to ? score : undefined;
}

/** A score that opens a case and silences marketing (DOMAIN 3): 1-2 of 5, NPS 6 and less. */
export function isLow({ scale, score }: Pick<Answer, 'scale' | 'score'>): boolean {
  return score <= answerScales[scale].lowUpTo;
}
