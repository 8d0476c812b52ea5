import type { DayMarks } from '../journeys/day-marks.ts';
import type { Stage, StageLimits } from '../life-cycle/stage.ts';
import type { Rate } from '../money.ts';
import type { SegmentRule } from '../segments/rule.ts';
import { defaultServiceSettings, type ServiceSettings } from './case-settings.ts';
import { defaultMessagingSettings, type MessagingSettings } from './messaging-settings.ts';
import { defaultValueSettings } from './value-defaults.ts';
import type { ValueSettings } from './value-settings.ts';

/** Whoever the rule holds of bears the tag (DOMAIN 5). */
export interface TagRule {
  readonly tag: string;
  readonly rule: SegmentRule;
}

/** The settings in force, with the version they were saved under. Defaults are DOMAIN's. */
export interface Settings extends MessagingSettings, ValueSettings, ServiceSettings {
  readonly version: number;
  readonly baseCurrency: string;
  readonly rates: readonly Rate[];
  /** The workspace's zone: its calendar gives the as-of day of nights and reports. */
  readonly timezone: string;
  readonly stages: StageLimits;
  /** An identity that meets more buyer ids of one shop than this stops linking: a reseller's phone (DOMAIN 2). */
  readonly buyersPerIdentity: number;
  /** What the merchant calls the stages, where other than by their names (DOMAIN 3). */
  readonly labels: Readonly<Partial<Record<Stage, string>>>;
  /** Provinces by the name of their group, such as South (DOMAIN 5). */
  readonly regionGroups: Readonly<Record<string, readonly string[]>>;
  readonly tagRules: readonly TagRule[];
  /** Dates that journeys wait for: written when such a journey is switched on or off, not by the merchant. */
  readonly dayMarks: DayMarks;
  /** Types of events that journeys wait for, likewise. */
  readonly eventMarks: readonly string[];
}

export const defaultSettings: Settings = {
  version: 0,
  baseCurrency: 'CNY',
  rates: [],
  timezone: 'Asia/Shanghai',
  stages: { l1: 90, l2: 180, l3: 360 },
  buyersPerIdentity: 3,
  labels: {},
  regionGroups: {},
  tagRules: [],
  dayMarks: { sincePurchase: [], birthday: [], anniversary: false },
  eventMarks: [],
  ...defaultValueSettings,
  ...defaultMessagingSettings,
  ...defaultServiceSettings,
};
