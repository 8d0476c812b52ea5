import type { Instant } from '../calendar.ts';
import { dayMs, hourMs } from '../durations.ts';
import type { Enrolment } from './enrolment.ts';
import type { Journey, JourneyDefinition } from './journey.ts';

/** That a trigger has come true: named after its cause, so that whoever looks twice finds the same one. */
export interface Occurrence {
  readonly name: string;
  /** When it happened, or will: a date trigger is found before its hour. Waits count from here. */
  readonly at: Instant;
  /** What it is news of, where that is not `at`: "3 days after delivery" is news of the delivery. */
  readonly newsAt?: Instant;
  readonly order?: string;
  readonly shop?: string;
  /** What it brings to templates and branches, as `trigger.*`. */
  readonly vars?: Readonly<Record<string, string | number>>;
}

/**
 * Whether an occurrence still makes somebody enter. `before`: it happened before the journey was on, and is not made up for
 * (DOMAIN 8). `stale`: news older than `staleAfterHours` when it came (DOMAIN 1); occurrences of dates know by themselves
 * how late they may be found.
 */
export function newsOf(
  { at, newsAt = at }: Occurrence,
  { enabledAt, definition }: Pick<Journey, 'enabledAt' | 'definition'>,
  { staleAfterHours }: { readonly staleAfterHours: number },
  now: Instant,
): 'new' | 'before' | 'stale' {
  const isDate = dateTriggers.has(definition.trigger.on);
  if (enabledAt !== undefined && (isDate ? at : newsAt) < enabledAt) return 'before';
  return !isDate && now - newsAt > staleAfterHours * hourMs ? 'stale' : 'new';
}

const dateTriggers: ReadonlySet<string> = new Set(['days.sincePurchase', 'birthday', 'anniversary', 'festival']);

/** Whether a journey is on for the shop of an occurrence; one that no shop brought counts for all. */
export function isForShop({ shops }: Pick<JourneyDefinition, 'shops'>, shop: string | undefined): boolean {
  return shops === undefined || shop === undefined || shops.includes(shop);
}

/**
 * Whether who has been in a journey may enter it once more (DOMAIN 8, re-entry rule).
 * @param earlier enrolments of this customer in this journey, those under other ids included
 */
export function mayEnter(
  { reentry }: Pick<JourneyDefinition, 'reentry'>,
  earlier: readonly Pick<Enrolment, 'at' | 'state'>[],
  at: Instant,
): boolean {
  if (reentry === 'each') return true;
  const been = earlier.filter(hasBeenIn);
  if (reentry === 'once') return been.length === 0;
  return been.every((one) => Math.abs(at - one.at) >= reentry.days * dayMs);
}

/** Not whoever was filtered out, or came too late. */
export function hasBeenIn({ state }: Pick<Enrolment, 'state'>): boolean {
  return state !== 'filtered' && state !== 'stale';
}

/** At the start of a journey; `advance` takes it on from there. */
export function enrolled(
  customer: string,
  journey: Pick<Journey, 'id' | 'version'>,
  occurrence: Occurrence,
): Enrolment {
  const { name, at, order, shop, vars } = occurrence;
  return {
    customer,
    journey: journey.id,
    version: journey.version,
    occurrence: name,
    at,
    ...(order !== undefined && { order }),
    ...(shop !== undefined && { shop }),
    ...(vars && { vars }),
    state: 'active',
    place: 0,
    since: at,
    dueAt: at,
    done: {},
  };
}

/**
 * An enrolment that has not begun, when its cause turns out to lie elsewhere in time: reckoned from shipping at first, and
 * then the delivery is told.
 * @returns undefined where there is nothing to change
 */
export function moved(enrolment: Enrolment, { at, vars }: Occurrence): Enrolment | undefined {
  const hasBegun = enrolment.place > 0 || Object.keys(enrolment.done).length > 0;
  if (enrolment.state !== 'active' || hasBegun || at === enrolment.at) return undefined;
  return { ...enrolment, at, since: at, dueAt: at, ...(vars && { vars }) };
}
