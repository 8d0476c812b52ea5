import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { parseDay } from '../../domain/calendar.ts';
import { festivalIds } from '../../domain/calendar-days/festivals.ts';
import { campaignStates } from '../../domain/campaigns/campaign.ts';
import { stages } from '../../domain/life-cycle/stage.ts';
import { channels, messageClasses } from '../../domain/messages/message-class.ts';
import { capGates } from '../../domain/rehearsal/tally.ts';
import { originTypes } from '../../domain/touches/touch.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema, moneySchema } from './values.ts';

/** The marketing calendar: what the year brings, what goes out when, and the next days run ahead of time. */

/** Two years. */
export const longestCalendarDays = 731;

const calendarQuery = z
  .strictObject({
    from: daySchema.optional().meta({ description: 'First day; today if left out' }),
    to: daySchema.optional().meta({ description: 'Last day; a year after the first if left out' }),
  })
  .superRefine(({ from, to }, { addIssue }) => {
    const days = (parseDay(to ?? '') ?? Number.NaN) - (parseDay(from ?? '') ?? Number.NaN);
    if (days < 0) addIssue({ code: 'custom', path: ['to'], message: 'must not be before from' });
    if (days > longestCalendarDays)
      addIssue({ code: 'custom', path: ['from'], message: 'at most two years in one calendar' });
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

const count = z.int().min(0);

/** More of them and nobody could read the answer; journeys look weeks ahead. */
const mostDays = 60;

const rehearsalOrder = z.strictObject({
  days: z.int().min(1).max(mostDays).default(30),
  campaigns: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .meta({ description: 'Drafts that go out in it, too; what is launched does anyway' }),
  moreThan: count.max(1000).default(4).meta({ description: 'Customers who get more messages than this are counted' }),
});

const spent = { messages: count, parts: count, cost: moneySchema };

const rehearsalResult = z.strictObject({
  byDay: z
    .array(z.strictObject({ day: daySchema, channel: z.enum(channels), stage: z.enum(stages), ...spent }))
    .meta({ description: 'Messages by day of the workspace’s calendar, channel and stage of their customers then' }),
  byOrigin: z.array(z.strictObject({ origin: z.enum(originTypes), id: z.string(), ...spent })),
  skipped: z.record(z.string(), count).meta({ description: 'Messages that do not go out, by reason' }),
  failed: z.array(z.strictObject({ reason: z.string(), template: z.string(), messages: count })),
  heldOut: count,
  pending: count.meta({ description: 'Messages that still wait at the end of the days' }),
  collisions: z
    .array(
      z.strictObject({
        class: z.enum(messageClasses),
        cap: z.enum(capGates),
        deferred: count.meta({ description: 'Messages that waited for a place, whatever became of them' }),
        skipped: count.meta({ description: 'Messages that found none before they expired' }),
      }),
    )
    .meta({ description: 'Messages that a cap was in the way of' }),
  coupons: z.array(
    z.strictObject({
      coupon: z.string(),
      drawn: count,
      left: count.nullable().meta({ description: 'Codes in its pool now; null for one whose codes are made' }),
    }),
  ),
  customersTouchedMoreThan: z.strictObject({ n: count, customers: count }),
  totals: z.strictObject({
    customers: count,
    customersRehearsed: count.meta({ description: 'Those to whom anything could happen' }),
    customersTouched: count,
    customersFailed: count.meta({ description: 'Those who could not be rehearsed, and are in no figure' }),
    ...spent,
  }),
});
export type RehearsalResultJson = z.input<typeof rehearsalResult>;

export const rehearsalSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(['running', 'done']),
    asOf: instantSchema.meta({ description: 'When its days begin' }),
    ...rehearsalOrder.shape,
    progress: z.strictObject({
      customers: count.meta({ description: 'Looked at so far' }),
      of: count.nullable().meta({ description: 'About how many there are; null before the first night' }),
      parts: count,
      partsDone: count,
      at: instantSchema.meta({ description: 'When it last went on' }),
    }),
    result: rehearsalResult.nullable().meta({ description: 'Once it is done' }),
  })
  .meta({ id: 'Rehearsal' });
export type RehearsalJson = z.input<typeof rehearsalSchema>;

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
  startRehearsal: {
    method: 'POST',
    path: '/v1/rehearsal',
    roles: ['admin', 'marketer'],
    tag: 'Calendar',
    summary: 'Runs the next days now, sending nothing',
    description:
      'Journeys and campaigns with the decisions that they take, a clock that runs ahead and no provider: what would go out ' +
      'when, what caps are in the way of, what it costs. Nobody reacts or buys in it, what is paused stays so, budgets and ' +
      'pools stop nobody. It runs in the background; ask for it by its id for 30 days.',
    body: rehearsalOrder,
    answers: { 202: { description: 'It has begun', schema: z.strictObject({ id: z.string() }) } },
  },
  getRehearsal: {
    method: 'GET',
    path: '/v1/rehearsal/{id}',
    roles,
    tag: 'Calendar',
    summary: 'How far a rehearsal is, and what came of it',
    description: 'Numbers only: nothing in it is personal.',
    params: z.strictObject({ id: z.string().min(1) }),
    answers: { 200: { description: 'The rehearsal', schema: rehearsalSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
