import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { parseDay } from '../../domain/calendar.ts';
import type { RouteDefinition } from './route.ts';
import { dayOrInstantSchema, daySchema } from './values.ts';

export const reportSchema = z
  .strictObject({
    name: z.string(),
    asOf: z.string().nullable(),
    from: daySchema.nullable(),
    to: daySchema.nullable(),
    definition: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  })
  .meta({ id: 'Report' });
export type ReportJson = z.input<typeof reportSchema>;

const format = z.enum(['json', 'csv'], { error: 'must be json or csv' }).default('json');
const longestDays = 3660;

const migrationsQuery = z
  .strictObject({
    from: daySchema.optional().meta({ description: 'First day; 29 days before `to` if left out' }),
    to: daySchema.optional().meta({ description: 'Last day; today if left out' }),
    asOf: daySchema.optional().meta({ description: 'The same as `to`' }),
    by: z.enum(['day', 'month'], { error: 'must be day or month' }).optional(),
    format,
  })
  .superRefine((query, { addIssue }) => refuseSpan(query, addIssue));

function refuseSpan(
  { from = '', to = '' }: { readonly from?: string | undefined; readonly to?: string | undefined },
  addIssue: (issue: { code: 'custom'; path: string[]; message: string }) => void,
): void {
  const days = (parseDay(to) ?? Number.NaN) - (parseDay(from) ?? Number.NaN);
  if (days < 0) addIssue({ code: 'custom', path: ['to'], message: 'must not be before from' });
  if (days > longestDays) addIssue({ code: 'custom', path: ['from'], message: 'at most ten years in one report' });
}

/** The counts of nights are of the whole base, each at its own moment. */
const notByDay = ['asOf', 'shop'] as const;

const lifecycleQuery = z
  .strictObject({
    asOf: dayOrInstantSchema.optional().meta({ description: 'A day (its end) or a moment; now if left out' }),
    shop: z.string().min(1).max(40).optional().meta({ description: 'As if this shop were the only one' }),
    by: z.enum(['day'], { error: 'must be day' }).optional(),
    from: daySchema.optional().meta({ description: 'First day, with by=day; 29 days before `to` if left out' }),
    to: daySchema.optional().meta({ description: 'Last day, with by=day; today if left out' }),
    format,
  })
  .superRefine(({ by, ...query }, { addIssue }) => {
    const wrong = by === 'day' ? notByDay.filter((name) => query[name] !== undefined) : [];
    for (const name of wrong) addIssue({ code: 'custom', path: [name], message: 'does not go with by=day' });
    const lost = by === undefined ? (['from', 'to'] as const).filter((name) => query[name] !== undefined) : [];
    for (const name of lost) addIssue({ code: 'custom', path: [name], message: 'goes with by=day only' });
    refuseSpan(query, addIssue);
  });

const report = { description: 'The report', schema: reportSchema, contentTypes: ['application/json', 'text/csv'] };

export const reportRoutes = {
  reportLifecycle: {
    method: 'GET',
    path: '/v1/reports/lifecycle',
    roles,
    tag: 'Reports',
    summary: 'Customers per stage',
    description:
      'As of a moment, from what is known today; or `by=day` as each night found them: those counts stay as they were, whatever is refunded or merged later.',
    query: lifecycleQuery,
    answers: { 200: report },
  },
  reportMigrations: {
    method: 'GET',
    path: '/v1/reports/migrations',
    roles,
    tag: 'Reports',
    summary: 'Changes of stage, from where to where',
    query: migrationsQuery,
    answers: { 200: report },
  },
} as const satisfies Record<string, RouteDefinition>;

/** Reports on the facts of the last night; the life cycle and its migrations are told live. */
export const factReportNames = [
  'repeat-purchase-rate',
  'active-arpu',
  'retention',
  'wake-up-rate',
  'activation-rate',
  'average-order',
  'payment-rate',
  'returning-buyers',
  'members-by-amount',
  'members-by-orders',
  'members-by-tier',
  'members-by-time',
  'pareto',
  'region-month',
  'hour-weekday',
  'refunds-by-product',
  'messages',
  'lifecycle-of-facts',
] as const;

/** In a query all is text; to its reader it is a number. */
const daysInDescription = ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
  delete jsonSchema.pattern;
  Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: longestDays });
};

const factsQuery = z
  .strictObject({
    asOf: dayOrInstantSchema.optional().meta({
      description: 'A day (its end) or a moment; that of the facts if left out, and at the latest',
    }),
    from: daySchema.optional().meta({ description: 'First day of the period; open if left out' }),
    to: daySchema.optional().meta({ description: 'Last day of the period; open if left out' }),
    shop: z.string().min(1).max(40).optional().meta({ description: 'As if this shop were the only one' }),
    segment: z.string().min(1).max(64).optional().meta({ description: 'Only customers of this segment' }),
    by: z.enum(['month', 'stage', 'tier'], { error: 'must be month, stage or tier' }).optional(),
    days: z
      .string()
      .regex(/^\d{1,4}$/, 'must be a number from 1 to 3660')
      .transform(Number)
      .refine((days) => days >= 1 && days <= longestDays, 'must be a number from 1 to 3660')
      .optional()
      .meta({
        description: 'Of retention and of rates of campaigns: how long customers have to come back',
        override: daysInDescription,
      }),
    campaign: z.string().min(1).max(64).optional().meta({
      description:
        'Of messages, wake-up and activation rate: id of the rule or campaign that sent; each of them if left out',
    }),
    format,
  })
  .superRefine(({ from, to }, { addIssue }) => {
    if (from !== undefined && to !== undefined && to < from)
      addIssue({ code: 'custom', path: ['to'], message: 'must not be before from' });
  });

export const factReportRoutes = {
  reportOnFacts: {
    method: 'GET',
    path: '/v1/reports/{name}',
    roles,
    tag: 'Reports',
    summary: 'A report on the facts of the last night',
    description:
      'Its `definition` says exactly what is counted. Rates stand beside what they are the quotient of; amounts are decimal ' +
      'text in the base currency. 409 while there are no facts yet: the first night makes them.',
    params: z.object({ name: z.enum(factReportNames, { error: `must be one of ${factReportNames.join(', ')}` }) }),
    query: factsQuery,
    answers: { 200: report },
  },
} as const satisfies Record<string, RouteDefinition>;
