import type { calendarRoutes } from '../../../shared/contracts/http/calendar.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type CalendarApiDeps = object;

export function calendarHandlers(_deps: CalendarApiDeps): RouteHandlers<keyof typeof calendarRoutes> {
  return {};
}
