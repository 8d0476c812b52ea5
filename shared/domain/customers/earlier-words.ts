import type { Instant } from '../calendar.ts';
import { canonicalJson } from '../canonical.ts';
import { isConsent, isConsentSource, type Said, type Statements } from './statements.ts';

/** What a source said on consent before its last word, and where that was: kept for the history, and never acted on. */
export type EarlierWord = readonly [field: string, value: Said, at: Instant];

export interface Spoken {
  readonly statements: Statements;
  readonly earlier?: readonly EarlierWord[];
}

/** Of one source; a shop may repeat itself for ever. */
const mostKept = 40;

/**
 * The words of two sources that are one, apart from those that stand: the newest of them, newest first. A join like that of
 * the statements: the order of telling makes no difference.
 * @param standing what stands of both
 */
export function earlierWords(a: Spoken, b: Spoken, standing: Statements): EarlierWord[] {
  const words = new Map([...wordsOf(a), ...wordsOf(b)].map((word) => [canonicalJson(word), word]));
  for (const word of spokenIn(standing)) words.delete(canonicalJson(word));
  return [...words]
    .sort(([one, [, , at]], [other, [, , otherAt]]) => otherAt - at || (one < other ? -1 : 1))
    .slice(0, mostKept)
    .map(([, word]) => word);
}

/** Every word on consent of one source that is known. */
export function wordsOf({ statements, earlier = [] }: Spoken): readonly EarlierWord[] {
  return [...spokenIn(statements), ...earlier];
}

function spokenIn(statements: Statements): EarlierWord[] {
  return Object.entries(statements).flatMap(([field, { value, at }]): EarlierWord[] =>
    isConsent(field) || isConsentSource(field) ? [[field, value, at]] : [],
  );
}
