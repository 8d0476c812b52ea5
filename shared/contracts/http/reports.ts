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
  .superRefine(({ from, to }, { addIssue }) => {
    const days = (parseDay(to ?? '') ?? Number.NaN) - (parseDay(from ?? '') ?? Number.NaN);
    if (days < 0) addIssue({ code: 'custom', path: ['to'], message: 'must not be before from' });
    if (days > longestDays) addIssue({ code: 'custom', path: ['from'], message: 'at most ten years in one report' });
  });

const report = { description: 'The report', schema: reportSchema, contentTypes: ['application/json', 'text/csv'] };

export const reportRoutes = {
  reportLifecycle: {
    method: 'GET',
    path: '/v1/reports/lifecycle',
    roles,
    tag: 'Reports',
    summary: 'Customers per stage',
    query: z.strictObject({
      asOf: dayOrInstantSchema.optional().meta({ description: 'A day (its end) or a moment; now if left out' }),
      shop: z.string().min(1).max(40).optional().meta({ description: 'As if this shop were the only one' }),
      format,
    }),
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
