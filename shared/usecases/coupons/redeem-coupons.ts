import { sameContent } from '../../domain/canonical.ts';
import type { CouponUse } from '../../domain/coupons/coupon.ts';
import {
  type CodedOrder,
  codedOrder,
  codeUsedBy,
  couponUse,
  redemptionAmong,
  withUse,
} from '../../domain/coupons/redemption.ts';
import { formatAmount } from '../../domain/money.ts';
import { isRecent } from '../../domain/news.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { DomainEvents } from '../marketing-ports.ts';
import type { Clock, CustomerStore, SettingsReader, ShopReader, StoredOrder, Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import type { CodeRow, CouponLedger, CouponReader, UsesOfOrder } from './coupon-ports.ts';

export interface RedeemDeps extends Retrying {
  readonly store: Pick<CustomerStore, 'readOrders'>;
  readonly couponStore: CouponReader;
  readonly couponLedger: Pick<CouponLedger, 'readCodes' | 'saveUses'>;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  /** Hears of codes that were redeemed a moment ago. */
  readonly events?: DomainEvents;
  readonly clock: Clock;
}

/** Codes of one order that are looked at: a transaction takes a hundred items. */
const mostCodes = 30;
const tries = 8;

/**
 * Looks at orders that have changed and writes down which codes they redeem, or no longer redeem (DOMAIN 9). What is
 * written depends on the orders as they are, not on the order of looks. Where none has to do with our codes it takes one
 * request for all of them; none where they name no code and the workspace has no coupon.
 * @returns how many orders brought a change
 */
export async function redeemCoupons(orders: readonly Versioned<StoredOrder>[], deps: RedeemDeps): Promise<number> {
  const settings = await deps.settings.settings(deps.clock.now());
  const seen = await Promise.all(orders.map((order) => seenOrder(order, settings, deps)));
  const areCodesNamed = seen.some(({ coded }) => coded.codes.length > 0);
  // An order that names none may have named one before.
  if (!areCodesNamed && (await deps.couponStore.coupons()).length === 0) return 0;
  const known = await deps.couponLedger.readCodes(
    seen.flatMap(({ coded }) => coded.codes),
    seen.map(({ coded }) => coded.ref),
  );
  let changed = 0;
  for (const order of seen) {
    const { ref, codes } = order.coded;
    const isOurs = known.orders.has(ref) || codes.some((code) => known.rows.has(code));
    if (isOurs && (await retried(() => settleOrder(ref, settings, deps), deps, tries))) changed++;
  }
  return changed;
}

interface SeenOrder {
  readonly coded: CodedOrder;
  readonly version: number;
}

async function seenOrder(
  { value: { order }, version }: Versioned<StoredOrder>,
  settings: Settings,
  { shops }: Pick<RedeemDeps, 'shops'>,
): Promise<SeenOrder> {
  const zone = (await shops.shop(order.shop))?.timezone ?? settings.timezone;
  const coded = codedOrder(order, zone, settings);
  return { coded: { ...coded, codes: coded.codes.slice(0, mostCodes) }, version };
}

/** Decides on the order and its codes as they are now. @returns false where all is written already */
async function settleOrder(ref: string, settings: Settings, deps: RedeemDeps): Promise<boolean> {
  const stored = (await deps.store.readOrders([ref])).get(ref);
  if (!stored) return false;
  const { coded, version } = await seenOrder(stored, settings, deps);
  const before = (await deps.couponLedger.readCodes([], [ref])).orders.get(ref) ?? [];
  const { rows } = await deps.couponLedger.readCodes([...coded.codes, ...before], []);
  const codes = coded.codes.filter((code) => rows.get(code)?.value.issuedAt !== undefined);
  const changed = await changedRows(coded, rows, settings, deps);
  const news = new Map([...rows, ...changed.map(({ code, after }) => [code, after] as const)]);
  const isSame = changed.length === 0 && sameContent(codes, before);
  if (!isSame) await save(coded, version, changed, codes, deps);
  // Also where it is written already: the first time, the word may have been lost after the deed.
  await tell(coded, news, settings, deps);
  return !isSame;
}

function save(
  { ref }: CodedOrder,
  orderVersion: number,
  changed: readonly ChangedRow[],
  codes: readonly string[],
  { couponLedger }: RedeemDeps,
): Promise<void> {
  const counted = changed.flatMap(({ before, after }) => countedChanges(before.value, after.value));
  return couponLedger.saveUses({ order: ref, orderVersion, rows: changed.map(({ after }) => after), counted, codes });
}

/** The code that this order redeems, while that is news: an old order is imported, or comes late (DOMAIN 1). */
async function tell(
  { ref }: CodedOrder,
  rows: ReadonlyMap<string, Versioned<CodeRow>>,
  settings: Settings,
  { events, clock }: RedeemDeps,
): Promise<void> {
  const now = clock.now();
  const { baseCurrency } = settings;
  for (const { value } of rows.values()) {
    const use = redemptionAmong(value.uses);
    if (use?.order !== ref || use.at > now || !isRecent(use.at, settings, now)) continue;
    const { coupon, code, customer } = value;
    const amount = (minor: number) => formatAmount(minor, baseCurrency);
    const worth = { discount: amount(use.discount), revenue: amount(use.revenue), currency: baseCurrency };
    const data = { coupon, code, order: ref, ...(customer !== undefined && { customer }), ...worth };
    await events?.tell([{ id: `redeemed ${ref}`, type: 'coupon.redeemed', occurredAt: use.at, data }]);
  }
}

interface ChangedRow {
  readonly code: string;
  readonly before: Versioned<CodeRow>;
  readonly after: Versioned<CodeRow>;
}

async function changedRows(
  coded: CodedOrder,
  rows: ReadonlyMap<string, Versioned<CodeRow>>,
  { baseCurrency }: Settings,
  { couponStore }: RedeemDeps,
): Promise<ChangedRow[]> {
  const used = codeUsedBy(coded, (code) => rows.get(code)?.value.issuedAt);
  const changed: ChangedRow[] = [];
  for (const [code, before] of rows) {
    const { value, version } = before;
    const definition = code === used ? (await couponStore.coupon(value.coupon))?.definition : undefined;
    const use = code === used ? couponUse(coded, definition, baseCurrency) : undefined;
    const uses = withUse(value.uses, coded.ref, use);
    if (!sameContent(uses, value.uses)) changed.push({ code, before, after: { value: { ...value, uses }, version } });
  }
  return changed;
}

/** A code's redemption taken out of the counts, and the new one put in. */
function countedChanges(before: CodeRow, after: CodeRow): UsesOfOrder['counted'] {
  const [was, is] = [redemptionAmong(before.uses), redemptionAmong(after.uses)];
  const change = (row: CodeRow, sign: 1 | -1, use: CouponUse | undefined) => (use ? [{ row, sign, use }] : []);
  return sameContent(was, is) ? [] : [...change(before, -1, was), ...change(after, 1, is)];
}
