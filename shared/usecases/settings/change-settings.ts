import type { SettingsPatch } from '../../contracts/http/settings.ts';
import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { InvalidInputError, StateConflictError, type WrongField } from '../../domain/errors.ts';
import { contradictionsIn } from '../../domain/settings/check-settings.ts';
import { given, patchedMessaging, patchedService, withoutNulls } from '../../domain/settings/patch-messaging.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { CouponStore } from '../coupons/coupon-ports.ts';
import { everyPage } from '../every-page.ts';
import type {
  Actor,
  Clock,
  Recomputes,
  SettingsRecord,
  SettingsStore,
  ShopStore,
  Versioned,
  WorkQueue,
} from '../ports.ts';

export interface SettingsDeps {
  readonly settings: SettingsStore;
  readonly shops: Pick<ShopStore, 'listShops'>;
  readonly recomputes: Recomputes;
  readonly workQueue: WorkQueue;
  readonly couponStore: Pick<CouponStore, 'readCoupon'>;
  readonly clock: Clock;
}

/** What a patch is checked against. */
export type CheckDeps = Pick<SettingsDeps, 'shops' | 'couponStore'>;

/** Settings as saved, with the moment from which they hold. */
export interface SavedSettings {
  readonly settings: Settings;
  readonly effectiveAt?: Instant;
}

/** How far ahead a change takes effect: the longest that any reader goes on with what it read. */
export const takesEffectAfterMs = 2000;
/** When whatever depends on a change may start: it is in force everywhere by then. */
export const safelyInForceSeconds = 3;

/**
 * What changes stages, days or amounts of customers who send nothing, or when their tier or points next change. Scores,
 * region groups and tags by rule are derived on reading: nothing of them is stored that could be recomputed.
 */
const recomputing = ['stages', 'timezone', 'baseCurrency', 'rates', 'tiers', 'points'] as const;

/** The settings last saved, in force already or soon. */
export function newestOf({ current, next }: SettingsRecord): Settings {
  return next?.settings ?? current;
}

export async function readSavedSettings(deps: Pick<SettingsDeps, 'settings' | 'clock'>): Promise<SavedSettings> {
  const { value } = await deps.settings.readSettings();
  const isPending = value.next && value.next.effectiveAt > deps.clock.now();
  return { settings: newestOf(value), ...(isPending && { effectiveAt: value.next.effectiveAt }) };
}

/**
 * Saves a merge patch under the next version and starts the recompute it asks for. The same patch again saves nothing
 * and starts the recompute again, so that a caller who lost the answer can repeat it.
 * @throws InvalidInputError, StateConflictError; then nothing is saved
 */
export async function changeSettings(
  patch: SettingsPatch,
  actor: Actor,
  deps: SettingsDeps,
): Promise<SavedSettings & { readonly run?: string }> {
  const record = await deps.settings.readSettings();
  const before = newestOf(record.value);
  const after = await checkedPatch(before, patch, deps);
  if (!sameContent(before, after) || (patch.baseCurrency !== undefined && !record.value.baseCurrencyChosen)) {
    await save(record, after, patch, actor, deps);
  }
  if (patch.rates || patch.baseCurrency)
    await deps.workQueue.send({ type: 'parked.replay', reason: 'rate_missing' }, safelyInForceSeconds);
  if (patch.buyersPerIdentity !== undefined) await deps.recomputes.startRelinking(safelyInForceSeconds);
  const run = recomputing.some((key) => patch[key] !== undefined)
    ? (await deps.recomputes.start('config', safelyInForceSeconds)).run
    : undefined;
  return { ...(await readSavedSettings(deps)), ...(run !== undefined && { run }) };
}

/**
 * The same as `patched`, for settings that may be saved: a preview shows nothing that would be refused.
 * @throws InvalidInputError naming each field, StateConflictError on any other version than the patch names
 */
export async function checkedPatch(before: Settings, patch: SettingsPatch, deps: CheckDeps): Promise<Settings> {
  if (patch.version !== undefined && patch.version !== before.version) {
    throw new StateConflictError(`The settings are at version ${before.version} by now.`);
  }
  const after = patched(before, patch);
  await refuseContradictions(before, after, patch, deps);
  return after;
}

/** The settings a patch would make of these, under the same version still. */
export function patched(settings: Settings, patch: SettingsPatch): Settings {
  return {
    version: settings.version,
    baseCurrency: patch.baseCurrency ?? settings.baseCurrency,
    rates: patch.rates ?? settings.rates,
    timezone: patch.timezone ?? settings.timezone,
    stages: {
      l1: patch.stages?.l1 ?? settings.stages.l1,
      l2: patch.stages?.l2 ?? settings.stages.l2,
      l3: patch.stages?.l3 ?? settings.stages.l3,
    },
    buyersPerIdentity: patch.buyersPerIdentity ?? settings.buyersPerIdentity,
    labels: withLabels(settings.labels, patch.labels),
    rfm: { ...settings.rfm, ...given(patch.rfm) },
    tiers: { ...settings.tiers, ...given(patch.tiers) },
    points: { ...settings.points, ...given(patch.points) },
    regionGroups: withoutNulls({ ...settings.regionGroups, ...patch.regionGroups }),
    tagRules: patch.tagRules ?? settings.tagRules,
    dayMarks: settings.dayMarks,
    eventMarks: settings.eventMarks,
    ...patchedMessaging(settings, patch),
    ...patchedService(settings, patch),
  };
}

function withLabels(labels: Settings['labels'], patch: SettingsPatch['labels'] = {}): Settings['labels'] {
  const merged: Record<string, string | null | undefined> = { ...labels, ...patch };
  return Object.fromEntries(Object.entries(merged).filter(([, label]) => typeof label === 'string'));
}

/** @throws InvalidInputError naming each field */
async function refuseContradictions(
  before: Settings,
  after: Settings,
  patch: SettingsPatch,
  deps: CheckDeps,
): Promise<void> {
  const wrong = contradictionsIn(after);
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  await refuseUnknownCoupons(couponsIn(patch), deps);
  if (after.baseCurrency === before.baseCurrency) {
    const uncovered = ratesTakenAway(before, after);
    if (uncovered.length > 0) throw new InvalidInputError(uncovered);
    return;
  }
  if (before.rates.length > 0 && !patch.rates) {
    throw new InvalidInputError([{ field: 'rates', message: 'must come with a new base currency: rates are in it' }]);
  }
  const needed = await currenciesOfShops(deps.shops);
  const missing = [...needed].filter(
    (currency) => currency !== after.baseCurrency && !after.rates.some((rate) => rate.currency === currency),
  );
  if (missing.length > 0) {
    throw new InvalidInputError([{ field: 'rates', message: `must have a rate for ${missing.join(', ')}` }]);
  }
}

interface NamedCoupon {
  readonly coupon: string;
  readonly field: string;
}

/** The coupons of the ladder and the birthday gifts of tiers that a patch names, each with its place. */
function couponsIn({ couponLadder = [], tiers }: SettingsPatch): NamedCoupon[] {
  const ofLadder = couponLadder.map(({ coupon }, index) => ({ coupon, field: `couponLadder[${index}].coupon` }));
  const ofTiers = (tiers?.levels ?? []).flatMap(({ benefits: { birthdayCoupon: coupon } }, index) =>
    coupon === undefined ? [] : [{ coupon, field: `tiers.levels[${index}].benefits.birthdayCoupon` }],
  );
  return [...ofLadder, ...ofTiers];
}

/** @throws InvalidInputError for coupons that nobody can be given */
async function refuseUnknownCoupons(
  named: readonly NamedCoupon[],
  { couponStore }: Pick<SettingsDeps, 'couponStore'>,
): Promise<void> {
  const ids = [...new Set(named.map(({ coupon }) => coupon))];
  const found = await Promise.all(ids.map((id) => couponStore.readCoupon(id)));
  const gone = new Set(ids.filter((_, index) => found[index]?.value.endedAt !== undefined || !found[index]));
  const wrong = named.flatMap(({ coupon, field }) =>
    gone.has(coupon) ? [{ field, message: 'is no coupon of this workspace' }] : [],
  );
  if (wrong.length > 0) throw new InvalidInputError(wrong);
}

/** Orders were recorded under these rates: a currency must not lose its earliest days, or their amounts would vanish. */
function ratesTakenAway(before: Settings, after: Settings): WrongField[] {
  const earliest = (settings: Settings, currency: string) =>
    settings.rates
      .filter((rate) => rate.currency === currency)
      .map(({ from }) => from)
      .sort()[0];
  const currencies = [...new Set(before.rates.map(({ currency }) => currency))];
  return currencies.flatMap((currency) => {
    const [was, is] = [earliest(before, currency) ?? '', earliest(after, currency)];
    return is !== undefined && is <= was
      ? []
      : [
          {
            field: 'rates',
            message: `must keep a rate for ${currency} from ${was} on: orders may have been recorded under it`,
          },
        ];
  });
}

async function currenciesOfShops(shops: Pick<ShopStore, 'listShops'>): Promise<Set<string>> {
  const currencies = new Set<string>();
  for await (const page of everyPage((after) => shops.listShops(after, 100))) {
    for (const { currency } of page) currencies.add(currency);
  }
  return currencies;
}

async function save(
  record: Versioned<SettingsRecord>,
  settings: Settings,
  patch: SettingsPatch,
  actor: Actor,
  { settings: store, clock }: SettingsDeps,
): Promise<void> {
  const now = clock.now();
  const { current, next, baseCurrencyChosen } = record.value;
  const value: SettingsRecord = {
    current: next && next.effectiveAt <= now ? next.settings : current,
    next: {
      settings: { ...settings, version: settings.version + 1 },
      effectiveAt: now + takesEffectAfterMs,
    },
    baseCurrencyChosen: baseCurrencyChosen || patch.baseCurrency !== undefined,
  };
  const changed = Object.keys(patch).filter((key) => key !== 'version');
  const change = { actor, at: now, action: 'settings.changed', target: 'settings', changed };
  await store.saveSettings({ value, version: record.version }, change);
}
