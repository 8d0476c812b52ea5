import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { stages } from '../../../domain/life-cycle/stage.ts';
import type { SegmentRule } from '../../../domain/segments/rule.ts';
import { casePatchSchema, defaultServiceSettings } from '../../../domain/settings/case-settings.ts';
import { defaultMessagingSettings, messagingPatchSchema } from '../../../domain/settings/messaging-settings.ts';
import { patchedMessaging, patchedService } from '../../../domain/settings/patch-messaging.ts';
import { defaultSettings, type Settings } from '../../../domain/settings/settings.ts';
import { defaultValueSettings } from '../../../domain/settings/value-defaults.ts';
import type { ValueSettings } from '../../../domain/settings/value-settings.ts';
import type { Clock, SettingsRecord, SettingsStore, Versioned } from '../../../usecases/ports.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import { payloadOf, readItem, transact, versionedPut, versionOf, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'settings';
const ID = 'workspace';

/** Settings saved before a key existed take its default. */
const settingsSchema = z.object({
  version: z.int(),
  baseCurrency: z.string(),
  rates: z.array(z.object({ currency: z.string(), from: z.string(), rate: z.string() })),
  timezone: z.string(),
  stages: z.object({ l1: z.int(), l2: z.int(), l3: z.int() }),
  buyersPerIdentity: z.int(),
  labels: z.partialRecord(z.enum(stages), z.string()).default({}),
  // Read as a change of the defaults: a rule or a class that came later has its default in settings saved before.
  ...messagingPatchSchema.shape,
  ...casePatchSchema.shape,
  // Checked whole when they were saved: the schemas would be 5 kB of every function that only records orders.
  rfm: z.custom<ValueSettings['rfm']>(isObject).default(defaultValueSettings.rfm),
  tiers: z.custom<ValueSettings['tiers']>(isObject).default(defaultValueSettings.tiers),
  points: z.custom<ValueSettings['points']>(isObject).default(defaultValueSettings.points),
  regionGroups: z.record(z.string(), z.array(z.string())).default({}),
  eventMarks: z.array(z.string()).default([]),
  dayMarks: z.custom<Settings['dayMarks']>(isObject).default(defaultSettings.dayMarks),
  tagRules: z.array(z.object({ tag: z.string(), rule: z.custom<SegmentRule>(isObject) })).default([]),
});

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

const recordSchema = z.object({
  current: settingsSchema,
  next: z.object({ settings: settingsSchema, effectiveAt: z.int() }).optional(),
  baseCurrencyChosen: z.boolean(),
});

const nothingSaved: Versioned<SettingsRecord> = {
  value: { current: defaultSettings, baseCurrencyChosen: false },
  version: 0,
};

/**
 * The workspace's settings, old and new side by side with the moment of the change: a reader whose copy is up to
 * `cacheMs` old still changes over at that moment, with everybody else.
 */
export function dynamoSettingsStore(
  table: WorkspaceTable,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): SettingsStore {
  const cache = new BriefCache<Versioned<SettingsRecord>>(clock, cacheMs);
  const read = async () => {
    const item = await readItem(table, KIND, ID);
    return item && { value: parseRecord(payloadOf(item)), version: versionOf(item) };
  };
  return {
    readSettings: async () => (await read()) ?? nothingSaved,
    async settings(now) {
      const { value } = (await cache.get(ID, read)) ?? nothingSaved;
      return settingsAt(value, now);
    },
    async saveSettings(settings, change) {
      await transact(table, [settingsPut(table, settings), auditPut(table, change)]);
      cache.clear();
    },
  };
}

function settingsAt({ current, next }: SettingsRecord, now: number): Settings {
  return next && next.effectiveAt <= now ? next.settings : current;
}

export function settingsPut(table: WorkspaceTable, { value, version }: Versioned<SettingsRecord>): TransactWriteItem {
  return versionedPut(table, KIND, ID, version, value);
}

function parseRecord(payload: unknown): SettingsRecord {
  const { current, next, baseCurrencyChosen } = recordSchema.parse(payload);
  return {
    current: known(current),
    ...(next && { next: { ...next, settings: known(next.settings) } }),
    baseCurrencyChosen,
  };
}

function known({ labels, ...settings }: z.infer<typeof settingsSchema>): Settings {
  const messaging = patchedMessaging(defaultMessagingSettings, settings);
  return {
    ...settings,
    ...messaging,
    ...patchedService(defaultServiceSettings, settings),
    labels: Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== undefined)),
  };
}
