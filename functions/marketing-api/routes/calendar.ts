import type { CalendarDayJson, calendarRoutes } from '../../../shared/contracts/http/calendar.ts';
import { type Day, dayOf, formatDay, formatInstant, parseDay } from '../../../shared/domain/calendar.ts';
import { codesLeft } from '../../../shared/domain/coupons/coupon-effect.ts';
import { countsOf, type RehearsalSums } from '../../../shared/domain/rehearsal/tally.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { type CalendarDay, type CalendarDeps, showCalendar } from '../../../shared/usecases/campaigns/show-calendar.ts';
import type { CouponLedger, CouponReader } from '../../../shared/usecases/coupons/coupon-ports.ts';
import {
  rehearsalState,
  type StartRehearsalDeps,
  startRehearsal,
} from '../../../shared/usecases/rehearsal/start-rehearsal.ts';
import { rehearsalView } from '../views/rehearsal.ts';

export interface CalendarApiDeps extends CalendarDeps, StartRehearsalDeps {
  readonly campaigns: CalendarDeps['campaigns'] & StartRehearsalDeps['campaigns'];
  readonly couponStore: Pick<CouponReader, 'coupon'>;
  readonly couponLedger: Pick<CouponLedger, 'readStock'>;
}

export function calendarHandlers(deps: CalendarApiDeps): RouteHandlers<keyof typeof calendarRoutes> {
  return {
    async showCalendar({ query }) {
      const now = deps.clock.now();
      const { timezone } = await deps.settings.settings(now);
      const from = dayIn(query.from) ?? dayOf(now, timezone);
      const to = dayIn(query.to) ?? from + 365;
      const days = await showCalendar(from, to, deps);
      return json({ items: days.map(dayView), next: null });
    },
    startRehearsal: async ({ body, actor }) => json({ id: (await startRehearsal(body, actor, deps)).id }, 202),
    async getRehearsal({ params }) {
      const state = await rehearsalState(params.id, deps);
      const { baseCurrency: currency } = await deps.settings.settings(deps.clock.now());
      return json(rehearsalView(state, { currency, left: await codesInPools(state.sums, deps) }));
    },
  };
}

/** Of the coupons that were drawn, those that come out of a pool. */
async function codesInPools(
  sums: RehearsalSums,
  { couponStore, couponLedger }: Pick<CalendarApiDeps, 'couponStore' | 'couponLedger'>,
): Promise<Map<string, number>> {
  const left = new Map<string, number>();
  for (const [[coupon = '']] of countsOf(sums, 'coupon')) {
    const isPooled = (await couponStore.coupon(coupon))?.definition.codes === 'pool';
    if (isPooled) left.set(coupon, codesLeft(await couponLedger.readStock(coupon)));
  }
  return left;
}

function dayIn(text: string | undefined): Day | undefined {
  return text === undefined ? undefined : parseDay(text);
}

function dayView({ day, festivals, campaigns, journeys }: CalendarDay): CalendarDayJson {
  return {
    day: formatDay(day),
    festivals: festivals.map(({ id, names }) => ({ id, ...names })),
    campaigns: campaigns.map(({ id, name, state, at }) => ({ id, name, state, at: formatInstant(at) })),
    journeys: [...journeys],
  };
}
