import type { Trigger } from './journey.ts';

/** The dates that journeys in force wait for; kept in the settings, so that a customer's next one is in the due index. */
export interface DayMarks {
  /** Days since the last purchase. */
  readonly sincePurchase: readonly number[];
  /** Days before the birthday. */
  readonly birthday: readonly number[];
  readonly anniversary: boolean;
}

/** What these triggers ask of the due index; sorted, so that equal ones are written alike. */
export function dayMarksOf(triggers: readonly Trigger[]): DayMarks {
  const numbers = (read: (trigger: Trigger) => number | undefined) =>
    [...new Set(triggers.flatMap((trigger) => read(trigger) ?? []))].sort((a, b) => a - b);
  return {
    sincePurchase: numbers((trigger) => (trigger.on === 'days.sincePurchase' ? trigger.day : undefined)),
    birthday: numbers((trigger) => (trigger.on === 'birthday' ? trigger.daysBefore : undefined)),
    anniversary: triggers.some(({ on }) => on === 'anniversary'),
  };
}
