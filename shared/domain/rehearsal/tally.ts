import { dayOf, formatDay, type Instant } from '../calendar.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { stageAt } from '../life-cycle/stage.ts';
import type { Settings } from '../settings/settings.ts';
import { type Touch, touchName } from '../touches/touch.ts';

/**
 * What a rehearsal counts (DOMAIN 8): numbers under names whose parts are separated by blanks, such as
 * `sent 2026-11-24 email silent messages`. Sums of parts are sums of the whole, however the base was cut.
 */
export type RehearsalSums = Readonly<Record<string, number>>;

/** A message that a cap held back, at least once. */
export interface CappedMessage {
  readonly touch: string;
  readonly cap: CapGate;
}

/** Gates of the contact policy that several messages may want the same place of. */
export const capGates = ['class_cap', 'channel_day_cap', 'channel_week_cap'] as const;
export type CapGate = (typeof capGates)[number];

export function isCapGate(reason: string | undefined): reason is CapGate {
  return capGates.some((gate) => gate === reason);
}

/** What came of one customer's next days. */
export interface RehearsedCourse {
  readonly file: CustomerFile;
  /** As they stand at the end. */
  readonly touches: readonly Touch[];
  readonly capped: readonly CappedMessage[];
  /** Ids of the coupons that were drawn, each as often as it was. */
  readonly coupons: readonly string[];
}

export class RehearsalTally {
  readonly #counts: Map<string, number>;

  constructor(sums: RehearsalSums = {}) {
    this.#counts = new Map(Object.entries(sums));
  }

  get sums(): RehearsalSums {
    return Object.fromEntries(this.#counts);
  }

  add(name: string, by = 1): void {
    if (by !== 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  addAll(sums: RehearsalSums): void {
    for (const [name, count] of Object.entries(sums)) this.add(name, count);
  }

  /** @param moreThan messages that are too many for one customer */
  course({ file, touches, capped, coupons }: RehearsedCourse, moreThan: number, settings: Settings): void {
    for (const touch of touches) this.#touch(touch, file, settings);
    const messages = touches.filter(({ state }) => state === 'sent').length;
    if (messages > 0) this.add('customers touched');
    if (messages > moreThan) this.add('customers touchedMore');
    for (const { touch, cap } of capped) {
      const ended = touches.find((one) => touchName(one) === touch);
      if (ended) this.add(`collision ${ended.class} ${cap} ${isSkippedFor(ended, cap) ? 'skipped' : 'deferred'}`);
    }
    for (const coupon of coupons) this.add(`coupon ${coupon}`);
  }

  #touch(touch: Touch, file: CustomerFile, settings: Settings): void {
    const { state, reason = 'unknown', sentAt } = touch;
    if (state === 'sent' && sentAt !== undefined) this.#sent(touch, sentAt, file, settings);
    else if (state === 'skipped') this.add(`skipped ${reason}`);
    else if (state === 'failed') this.add(`failed ${reason} ${touch.template}`);
    else if (state === 'heldout') this.add('heldout');
    else this.add('pending');
  }

  #sent(
    { channel, origin, parts = 0, cost = 0 }: Touch,
    at: Instant,
    file: CustomerFile,
    { stages, timezone }: Settings,
  ): void {
    const stage = stageAt(purchasesOf(file), at, stages, timezone);
    const day = formatDay(dayOf(at, timezone));
    for (const name of [`sent ${day} ${channel} ${stage}`, `origin ${origin.type} ${origin.id}`]) {
      this.add(`${name} messages`);
      this.add(`${name} parts`, parts);
      this.add(`${name} cost`, cost);
    }
  }
}

function isSkippedFor({ state, reason }: Touch, cap: CapGate): boolean {
  return state === 'skipped' && reason === cap;
}

/** Messages, parts of text messages, and millionths of the base currency. */
export interface Spent {
  readonly messages: number;
  readonly parts: number;
  readonly cost: number;
}

/** Counts under `kind`, by the rest of their names but the last word: `rowsOf(sums, 'sent')` by day, channel and stage. */
export function rowsOf(
  sums: RehearsalSums,
  kind: string,
): readonly { readonly by: readonly string[]; readonly spent: Spent }[] {
  const rows = new Map<string, Spent>();
  for (const [name, count] of countsOf(sums, kind)) {
    const [what, by] = [name.at(-1) ?? '', name.slice(0, -1).join(' ')];
    rows.set(by, { ...(rows.get(by) ?? { messages: 0, parts: 0, cost: 0 }), [what]: count });
  }
  return [...rows].map(([by, spent]) => ({ by: by.split(' '), spent }));
}

/** Counts under `kind` with the rest of their names, in the order of these. */
export function countsOf(sums: RehearsalSums, kind: string): (readonly [name: readonly string[], count: number])[] {
  const found = Object.entries(sums).filter(([name]) => name === kind || name.startsWith(`${kind} `));
  return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [name.split(' ').slice(1), count] as const);
}
