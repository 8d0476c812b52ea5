import type { Instant } from '../../domain/calendar.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import { readReach } from '../messages/explain-contact.ts';
import { namedMembers, scanMembers } from './live-members.ts';
import { type LiveDeps, liveRule, withPresentIds } from './live-rule.ts';

/** Whom a rule holds of, before anyone is written to (DOMAIN 6). */
export interface SegmentPreview {
  /** The records of this moment, or the facts of the last night. */
  readonly source: 'live' | 'facts';
  readonly asOf: Instant;
  readonly count: number;
  /** Of all customers; absent where the base was not counted. */
  readonly share?: number;
  readonly reachable: { readonly sms: number; readonly email: number };
  /** Ids of a few of them. */
  readonly sample: readonly string[];
}

/** Previews that need not read the base. */
export interface SegmentPreviews {
  /**
   * @returns undefined while there is nothing to answer from
   * @throws OnlyLiveError where a condition asks for what they do not hold
   */
  preview(rule: SegmentRule): Promise<SegmentPreview | undefined>;
}

/** The base is too large to be gone through in the time of a request. */
export class TooManyCustomersError extends Error {
  override name = 'TooManyCustomersError';
}

export const sampleSize = 10;

/**
 * Counts by the facts, or through all customers where that is asked for or there are no facts yet.
 * @param until when the answer must be there
 * @throws OnlyLiveError, TooManyCustomersError
 */
export async function previewSegment(
  rule: SegmentRule,
  isLive: boolean,
  until: Instant,
  deps: LiveDeps & { readonly previews: SegmentPreviews },
): Promise<SegmentPreview> {
  const told = isLive ? undefined : await deps.previews.preview(await withPresentIds(rule, deps.store));
  return told ?? previewLive(rule, until, deps);
}

/**
 * Goes through all customers as they stand.
 * @param until when the answer must be there
 * @throws TooManyCustomersError where it is not done by then
 */
export async function previewLive(rule: SegmentRule, until: Instant, deps: LiveDeps): Promise<SegmentPreview> {
  const live = await liveRule(rule, deps);
  const tally = { count: 0, sms: 0, email: 0, customers: 0, sample: [] as string[] };
  const countIn = async (members: readonly CustomerFile[]) => {
    const reachOf = await readReach(members, live.settings, live.context.asOf, deps);
    for (const { id } of members) {
      tally.count++;
      if (reachOf(id, 'sms').reachable) tally.sms++;
      if (reachOf(id, 'email').reachable) tally.email++;
    }
    tally.sample = lowest([...tally.sample, ...members.map(({ id }) => id)]);
  };
  const named = await namedMembers(live, deps);
  if (named) await countIn(named);
  const visit = async ({ members, customers }: { members: readonly CustomerFile[]; customers: number }) => {
    tally.customers += customers;
    if (!named) await countIn(members);
  };
  const isWhole = await scanMembers(live, deps.store, visit, () => deps.clock.now() < until);
  if (!isWhole && !named) throw new TooManyCustomersError('the base cannot be gone through while a request waits');
  const { count, sms, email, customers, sample } = tally;
  return {
    source: 'live',
    asOf: live.context.asOf,
    count,
    ...(isWhole && { share: customers === 0 ? 0 : count / customers }),
    reachable: { sms, email },
    sample,
  };
}

/** Ids are hashes: the lowest of them are as good as drawn, and the same every time. */
function lowest(ids: readonly string[]): string[] {
  return [...ids].sort().slice(0, sampleSize);
}
