import type { RehearsalJson, RehearsalResultJson } from '../../../shared/contracts/http/calendar.ts';
import { moneyView } from '../../../shared/contracts/http/values.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { minorOf } from '../../../shared/domain/messages/message-price.ts';
import { countsOf, type RehearsalSums, rowsOf, type Spent } from '../../../shared/domain/rehearsal/tally.ts';
import type { RehearsalState } from '../../../shared/usecases/rehearsal/start-rehearsal.ts';

/** What the API tells beside the counts. */
export interface RehearsalSurroundings {
  readonly currency: string;
  /** Codes in pools, by coupon. */
  readonly left: ReadonlyMap<string, number>;
}

export function rehearsalView(state: RehearsalState, surroundings: RehearsalSurroundings): RehearsalJson {
  const { rehearsal, isDone, partsDone, customers, at, sums } = state;
  const { id, asOf, days, campaigns, moreThan, segments, customers: of = null } = rehearsal;
  return {
    id,
    state: isDone ? 'done' : 'running',
    asOf: formatInstant(asOf),
    days,
    campaigns: [...campaigns],
    moreThan,
    progress: { customers, of, parts: segments, partsDone, at: formatInstant(at) },
    result: isDone ? resultView(sums, moreThan, surroundings) : null,
  };
}

function resultView(
  sums: RehearsalSums,
  moreThan: number,
  { currency, left }: RehearsalSurroundings,
): RehearsalResultJson {
  const days = rowsOf(sums, 'sent');
  const spentView = ({ messages, parts, cost }: Spent) => {
    return { messages, parts, cost: moneyView({ amount: minorOf(cost, currency), currency }) };
  };
  const one = (name: string) => sums[name] ?? 0;
  return {
    byDay: days.map(({ by, spent }) => {
      const [day, channel, stage] = by as [string, 'email', 'prospect'];
      return { day, channel, stage, ...spentView(spent) };
    }),
    byOrigin: rowsOf(sums, 'origin').map(({ by, spent }) => {
      const [origin, id] = by as ['journey', string];
      return { origin, id, ...spentView(spent) };
    }),
    skipped: Object.fromEntries(countsOf(sums, 'skipped').map(([[reason = ''], count]) => [reason, count])),
    failed: countsOf(sums, 'failed').map(([[reason = '', template = ''], messages]) => ({
      reason,
      template,
      messages,
    })),
    heldOut: one('heldout'),
    pending: one('pending'),
    collisions: collisionsOf(sums),
    coupons: countsOf(sums, 'coupon').map(([[coupon = ''], drawn]) => ({
      coupon,
      drawn,
      left: left.get(coupon) ?? null,
    })),
    customersTouchedMoreThan: { n: moreThan, customers: one('customers touchedMore') },
    totals: {
      customers: one('customers all'),
      customersRehearsed: one('customers rehearsed'),
      customersTouched: one('customers touched'),
      customersFailed: one('customers failed'),
      ...spentView(totalOf(days.map(({ spent }) => spent))),
    },
  };
}

type Collision = RehearsalResultJson['collisions'][number];

function collisionsOf(sums: RehearsalSums): Collision[] {
  const found = new Map<string, Collision>();
  for (const [name, count] of countsOf(sums, 'collision')) {
    const [messageClass, cap, outcome] = name as [Collision['class'], Collision['cap'], 'deferred' | 'skipped'];
    const key = `${messageClass} ${cap}`;
    const row = found.get(key) ?? { class: messageClass, cap, deferred: 0, skipped: 0 };
    found.set(key, { ...row, [outcome]: count });
  }
  return [...found.values()];
}

function totalOf(all: readonly Spent[]): Spent {
  const sum = (of: keyof Spent) => all.reduce((total, one) => total + one[of], 0);
  return { messages: sum('messages'), parts: sum('parts'), cost: sum('cost') };
}
