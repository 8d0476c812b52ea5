import type { CalendarDayJson, calendarRoutes } from '../../../shared/contracts/http/calendar.ts';
import { type Day, dayOf, formatDay, formatInstant, parseDay } from '../../../shared/domain/calendar.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { type CalendarDay, type CalendarDeps, showCalendar } from '../../../shared/usecases/show-calendar.ts';

export type CalendarApiDeps = CalendarDeps;

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
  };
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
