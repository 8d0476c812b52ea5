import type { NewShop, ShopChange } from '../../contracts/http/shops.ts';
import type { Platform, PlatformName } from '../../contracts/platforms/platform.ts';
import { hourMs } from '../../domain/durations.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import {
  type Actor,
  type AuditedChange,
  type Clock,
  ConflictError,
  type Recomputes,
  type SettingsRecord,
  type SettingsStore,
  type ShopRecord,
  type ShopStore,
  type Versioned,
  type WorkQueue,
} from '../ports.ts';
import { safelyInForceSeconds } from '../settings/change-settings.ts';

export interface ShopDeps {
  readonly shops: ShopStore;
  readonly settings: SettingsStore;
  readonly platforms: Readonly<Record<PlatformName, Pick<Platform, 'checkSecret' | 'secretMadeBy'>>>;
  readonly recomputes: Recomputes;
  readonly workQueue: WorkQueue;
  readonly clock: Clock;
  readonly newSecret: () => string;
}

/** How long the secret before is still accepted, for webhooks under way and shops that are slow to change. */
const rotationMs = 24 * hourMs;

/**
 * Connects a shop; the first one decides the base currency (DOMAIN 1).
 * @returns the shop, and its secret where it was made here
 * @throws StateConflictError when the id is taken, InvalidInputError when the secret is none for the platform
 */
export async function connectShop(
  { secret, ...given }: NewShop,
  actor: Actor,
  deps: ShopDeps,
): Promise<{ readonly shop: ShopRecord; readonly secret?: string }> {
  if (secret === undefined && deps.platforms[given.platform].secretMadeBy === 'platform') {
    throw new InvalidInputError([{ field: 'secret', message: `is needed: ${given.platform} makes it` }]);
  }
  const made = secret === undefined ? deps.newSecret() : undefined;
  const now = deps.clock.now();
  const shop: ShopRecord = { ...given, createdAt: now, updatedAt: now, secret: secret ?? made ?? '' };
  checkSecret(shop, deps);
  const changed = Object.keys(given);
  const change = { actor, at: now, action: 'shop.connected', target: `shop/${shop.id}`, changed };
  const settings = await createWithCurrency(shop, change, deps);
  // Somebody may go on with settings read before for a moment: what was parked by them is tried again.
  if (settings && settings.version > 0) {
    await deps.workQueue.send({ type: 'parked.replay', reason: 'rate_missing' }, safelyInForceSeconds);
  }
  return { shop, ...(made !== undefined && { secret: made }) };
}

/** Tries twice: the other writer may have been another first shop. */
async function createWithCurrency(
  shop: ShopRecord,
  change: AuditedChange,
  deps: ShopDeps,
  isLastTry = false,
): Promise<Versioned<SettingsRecord> | undefined> {
  const settings = await settingsOfFirstShop(shop.currency, deps.settings);
  try {
    await deps.shops.createShop(shop, change, settings);
    return settings;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    if (await deps.shops.readShop(shop.id)) throw new StateConflictError(`There is a shop ${shop.id} already.`);
    if (isLastTry) throw error;
    return createWithCurrency(shop, change, deps, true);
  }
}

async function settingsOfFirstShop(
  baseCurrency: string,
  store: SettingsStore,
): Promise<Versioned<SettingsRecord> | undefined> {
  const { value, version } = await store.readSettings();
  if (value.baseCurrencyChosen) return undefined;
  const { current, next } = value;
  const chosen: SettingsRecord = {
    current: { ...current, baseCurrency, version: current.version + 1 },
    ...(next && {
      next: { ...next, settings: { ...next.settings, baseCurrency, version: next.settings.version + 1 } },
    }),
    baseCurrencyChosen: true,
  };
  return { value: chosen, version };
}

/**
 * Changes a shop. A new secret leaves the one before accepted for a day; a new zone recomputes the days of purchases.
 * @throws NotFoundError, InvalidInputError
 */
export async function changeShop(id: string, change: ShopChange, actor: Actor, deps: ShopDeps): Promise<ShopRecord> {
  const { value: shop, version } = await existing(id, deps.shops);
  const now = deps.clock.now();
  const isRotated = change.secret !== undefined && change.secret !== shop.secret;
  const changed: ShopRecord = {
    ...shop,
    name: change.name ?? shop.name,
    currency: change.currency ?? shop.currency,
    timezone: change.timezone ?? shop.timezone,
    secret: change.secret ?? shop.secret,
    ...(isRotated && { previous: { secret: shop.secret, until: now + rotationMs } }),
    updatedAt: now,
  };
  checkSecret(changed, deps);
  const fields = Object.keys(change);
  await deps.shops.saveShop(
    { value: changed, version },
    { actor, at: now, action: 'shop.changed', target: `shop/${id}`, changed: fields },
  );
  if (change.timezone !== undefined) await deps.recomputes.start('config', safelyInForceSeconds);
  return changed;
}

/** Disconnects a shop: its webhooks are refused, what they brought stays. @throws NotFoundError */
export async function disconnectShop(
  id: string,
  actor: Actor,
  { shops, clock }: Pick<ShopDeps, 'shops' | 'clock'>,
): Promise<void> {
  const { version } = await existing(id, shops);
  const at = clock.now();
  await shops.removeShop(id, version, { actor, at, action: 'shop.disconnected', target: `shop/${id}`, changed: [] });
}

async function existing(id: string, shops: ShopStore): Promise<Versioned<ShopRecord>> {
  const shop = await shops.readShop(id);
  if (!shop) throw new NotFoundError(`There is no shop ${id}.`);
  return shop;
}

function checkSecret({ platform, secret }: ShopRecord, { platforms }: ShopDeps): void {
  const message = platforms[platform].checkSecret(secret);
  if (message !== undefined) throw new InvalidInputError([{ field: 'secret', message }]);
}
