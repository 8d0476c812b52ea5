import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { couponLadderSchema } from '../../domain/coupons/coupon-ladder.ts';
import { migrationDirections } from '../../domain/life-cycle/migration.ts';
import { stages } from '../../domain/life-cycle/stage.ts';
import { casePatchSchema, caseSettingsSchema, questionnaireSchema } from '../../domain/settings/case-settings.ts';
import {
  regionGroupsPatchSchema,
  regionGroupsSchema,
  tagRulesSchema,
} from '../../domain/settings/grouping-settings.ts';
import {
  attributionDaysSchema,
  channelsSchema,
  eventBusSchema,
  messagingPatchSchema,
  policySchema,
  pricesSchema,
  quietHoursSchema,
  shopAnniversarySchema,
  staleAfterHoursSchema,
} from '../../domain/settings/messaging-settings.ts';
import { pointsSchema, rfmSchema, tiersSchema } from '../../domain/settings/value-settings.ts';
import { stageSchema } from './customers.ts';
import type { RouteDefinition } from './route.ts';
import { currencySchema, daySchema, instantSchema, timezoneSchema } from './values.ts';

const limit = z.int('must be a whole number of days from 1 to 3650').min(1).max(3650);

export const rateSchema = z
  .strictObject({
    currency: currencySchema,
    from: daySchema.meta({ description: 'First day it holds' }),
    rate: z
      .string()
      .regex(/^(?![0.]+$)\d{1,9}(\.\d{1,10})?$/, 'must be a decimal number above zero as text, such as "7.1234"')
      .meta({ description: 'Units of the base currency for one unit', example: '7.1234' }),
  })
  .meta({ id: 'Rate' });

const label = z.string().trim().min(1).max(40);

const editable = {
  baseCurrency: currencySchema,
  rates: z.array(rateSchema).max(2000),
  timezone: timezoneSchema,
  stages: z.strictObject({ l1: limit, l2: limit, l3: limit }),
  buyersPerIdentity: z.int().min(1).max(50),
  labels: z.partialRecord(z.enum(stages), label),
  rfm: rfmSchema,
  tiers: tiersSchema,
  points: pointsSchema,
  regionGroups: regionGroupsSchema,
  tagRules: tagRulesSchema,
  policy: policySchema,
  quietHours: quietHoursSchema,
  staleAfterHours: staleAfterHoursSchema,
  attributionDays: attributionDaysSchema,
  eventBus: eventBusSchema,
  shopAnniversary: shopAnniversarySchema.nullable(),
  couponLadder: couponLadderSchema,
  channels: channelsSchema,
  prices: pricesSchema,
  cases: caseSettingsSchema,
  questionnaire: questionnaireSchema,
};

/** A merge patch: what is left out stays; a label set to null goes. */
const patchable = {
  baseCurrency: editable.baseCurrency.optional(),
  rates: editable.rates.optional().meta({ description: 'All rates: this list takes the place of the one before' }),
  timezone: editable.timezone.optional(),
  stages: editable.stages
    .partial()
    .optional()
    .meta({ description: 'Days after the last purchase: silent after l1, sleeping after l2, lost after l3' }),
  buyersPerIdentity: editable.buyersPerIdentity
    .optional()
    .meta({ description: 'A phone or email that meets more buyers of one shop stops linking' }),
  labels: z.partialRecord(z.enum(stages), label.nullable()).optional(),
  rfm: rfmSchema.partial().optional().meta({ description: 'How R, F and M are scored' }),
  tiers: tiersSchema
    .partial()
    .optional()
    .meta({ description: 'Membership; levels are given as a whole, from the lowest to the highest' }),
  points: pointsSchema.partial().optional().meta({ description: 'How points are earned and when they go' }),
  regionGroups: regionGroupsPatchSchema
    .optional()
    .meta({ description: 'Provinces by the name of their group; null takes a group away' }),
  tagRules: tagRulesSchema
    .optional()
    .meta({ description: 'All rules of tags: this list takes the place of the one before' }),
  ...messagingPatchSchema.shape,
  ...casePatchSchema.shape,
};

export const settingsPatchSchema = z.strictObject({
  ...patchable,
  version: z.int().optional().meta({ description: 'If given, the patch is refused (409) on any other version' }),
});
export type SettingsPatch = z.output<typeof settingsPatchSchema>;

const settings = {
  ...editable,
  version: z.int(),
  effectiveAt: instantSchema.nullable().meta({ description: 'When the last change takes effect; null once it has' }),
};
export const settingsSchema = z.strictObject(settings).meta({ id: 'Settings' });
export type SettingsJson = z.input<typeof settingsSchema>;

export const changedSettingsSchema = z
  .strictObject({
    ...settings,
    recompute: z.string().nullable().meta({ description: 'Id of the run that recomputes everybody (/v1/runs/{id})' }),
  })
  .meta({ id: 'ChangedSettings' });

const tierId = z.string().nullable().meta({ description: 'null: none' });

export const settingsPreviewSchema = z
  .strictObject({
    asOf: instantSchema,
    customers: z.int(),
    stages: z.array(z.strictObject({ stage: stageSchema, before: z.int(), after: z.int() })),
    moves: z.array(
      z.strictObject({
        from: stageSchema,
        to: stageSchema,
        direction: z.enum(migrationDirections),
        customers: z.int(),
      }),
    ),
    tiers: z.array(z.strictObject({ tier: tierId, before: z.int(), after: z.int() })),
    tierMoves: z.array(z.strictObject({ from: tierId, to: tierId, customers: z.int() })),
  })
  .meta({ id: 'SettingsPreview' });
export type SettingsPreviewJson = z.input<typeof settingsPreviewSchema>;

export const settingsRoutes = {
  getSettings: {
    method: 'GET',
    path: '/v1/settings',
    roles,
    tag: 'Settings',
    summary: 'The settings as last saved',
    answers: { 200: { description: 'The settings', schema: settingsSchema } },
  },
  changeSettings: {
    method: 'PATCH',
    path: '/v1/settings',
    roles: ['admin'],
    tag: 'Settings',
    summary: 'Changes some settings',
    description: 'In force two seconds later, everywhere at once; what depends on them is then recomputed.',
    body: settingsPatchSchema,
    answers: { 200: { description: 'The settings as saved', schema: changedSettingsSchema } },
  },
  previewSettings: {
    method: 'POST',
    path: '/v1/settings/preview',
    roles: ['admin', 'marketer'],
    tag: 'Settings',
    summary: 'Who would change stage or tier, if these were the settings now',
    body: settingsPatchSchema,
    answers: { 200: { description: 'The moves', schema: settingsPreviewSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
