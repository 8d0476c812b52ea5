import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { parseDay } from '../../domain/calendar.ts';
import { festivalIds } from '../../domain/calendar-days/festivals.ts';
import { campaignStates } from '../../domain/campaigns/campaign.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema } from './values.ts';

/** The marketing calendar: what the year brings, and what goes out when. */

const longestDays = 731;

const calendarQuery = z
  .strictObject({
    from: daySchema.optional().meta({ description: 'First day; today if left out' }),
    to: daySchema.optional().meta({ description: 'Last day; a year after the first if left out' }),
  })
  .superRefine(({ from, to }, { addIssue }) => {
    const days = (parseDay(to ?? '') ?? Number.NaN) - (parseDay(from ?? '') ?? Number.NaN);
    if (days < 0) addIssue({ code: 'custom', path: ['to'], message: 'must not be before from' });
    if (days > longestDays) addIssue({ code: 'custom', path: ['from'], message: 'at most two years in one calendar' });
  });

export const calendarDaySchema = z
  .strictObject({
    day: daySchema,
    festivals: z.array(z.strictObject({ id: z.enum(festivalIds), zh: z.string(), en: z.string() })),
    campaigns: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        state: z.enum(campaignStates),
        at: instantSchema.meta({ description: 'When it is launched, or was; hours of recipients come after it' }),
      }),
    ),
    journeys: z.array(z.string()).meta({ description: 'Journeys that are on and greet on this day' }),
  })
  .meta({ id: 'CalendarDay' });
export type CalendarDayJson = z.input<typeof calendarDaySchema>;

export const calendarRoutes = {
  showCalendar: {
    method: 'GET',
    path: '/v1/calendar',
    roles,
    tag: 'Calendar',
    summary: 'Festivals, and what goes out when',
    description:
      'Days of the workspace’s calendar on which there is something, in order. Drafts stand where they would go out.',
    query: calendarQuery,
    answers: {
      200: {
        description: 'All of them',
        schema: z.strictObject({ items: z.array(calendarDaySchema), next: z.null() }),
      },
    },
  },
} as const satisfies Record<string, RouteDefinition>;
