import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { Instant } from '../../domain/calendar.ts';
import type { CouponUse, IssuedCoupon } from '../../domain/coupons/coupon.ts';
import { comparableCode } from '../../domain/coupons/coupon-code.ts';
import type { CouponTally } from '../../domain/coupons/coupon-effect.ts';
import { redemptionAmong } from '../../domain/coupons/redemption.ts';
import type { CodeRow, Giving } from '../../usecases/coupons/coupon-ports.ts';
import type { Versioned } from '../../usecases/ports.ts';
import { nextVersion, versionOf } from './conditional-put.ts';

/**
 * How coupons lie in the ledger, by holder and entry: `customer`, `coupon#cause` what was given, `coupon#` how many;
 * `code#CODE`, `code` the code itself; `tally#coupon#shard`, `expiry` counts; `order#ref`, `codes` what an order used.
 */
export type Item = Record<string, AttributeValue>;

const { partitionKey: HOLDER, sortKey: ENTRY } = tables.ledger;

export function ledgerKey(holder: string, entry: string): Item {
  return { [HOLDER]: { S: holder }, [ENTRY]: { S: entry } };
}

export const holderOf = (item: Item): string => item[HOLDER]?.S ?? '';
export const entryOf = (item: Item): string => item[ENTRY]?.S ?? '';
export const numberOf = (item: Item | undefined, attribute: string): number => Number(item?.[attribute]?.N ?? 0);
const stateOf = (item: Item): unknown => JSON.parse(item.state?.S ?? 'null');
const state = (value: unknown): Item => ({ state: { S: JSON.stringify(value) } });

/** What a customer was given: the code's own row says the rest. */
interface GivenText {
  readonly code: string;
  readonly at: Instant;
  readonly expiresAt?: Instant;
}

export function givenItem({ coupon, customer, cause, at, expiresAt }: Giving, code: string): Item {
  const text: GivenText = { code, at, ...(expiresAt !== undefined && { expiresAt }) };
  return { ...ledgerKey(customer, givenEntry(coupon, cause)), ...state(text) };
}

export function givenEntry(coupon: string, cause: string): string {
  return `${coupon}#${cause}`;
}

/** How many of a coupon a customer has: sorts before what they were given. */
export function numberKey(customer: string, coupon: string): Item {
  return ledgerKey(customer, givenEntry(coupon, ''));
}

export const isNumber = (item: Item): boolean => entryOf(item).endsWith('#') && item.state === undefined;

export function readGivenItem(item: Item, uses: readonly CouponUse[] = []): IssuedCoupon {
  const entry = entryOf(item);
  const redeemed = redemptionAmong(uses);
  return {
    coupon: entry.slice(0, entry.indexOf('#')),
    cause: entry.slice(entry.indexOf('#') + 1),
    customer: holderOf(item),
    ...(stateOf(item) as GivenText),
    ...(redeemed && { redeemed }),
  };
}

export function codeKey(code: string): Item {
  return ledgerKey(`code#${comparableCode(code)}`, 'code');
}

/** The comparable code of a row. */
export const codeOf = (item: Item): string => holderOf(item).slice('code#'.length);

export function codeItem({ value, version }: Versioned<CodeRow>): Item {
  return { ...codeKey(value.code), ...nextVersion(version), ...state(value) };
}

export function readCodeItem(item: Item): Versioned<CodeRow> {
  return { value: stateOf(item) as CodeRow, version: versionOf(item) };
}

export function orderKey(ref: string): Item {
  return ledgerKey(`order#${ref}`, 'codes');
}

export function orderItem(ref: string, codes: readonly string[]): Item {
  return { ...orderKey(ref), ...state(codes) };
}

export function readOrderCodes(item: Item): readonly [ref: string, codes: readonly string[]] {
  return [holderOf(item).slice('order#'.length), stateOf(item) as string[]];
}

/** Partitions over which the counts of one coupon are spread: those who count at once rarely meet. */
export const tallyShards = 16;
const never = 'never';

export const tallyHolder = (coupon: string, shard: number): string => `tally#${coupon}#${shard}`;

export type Counts = Partial<Omit<CouponTally, 'expiresAt'>>;

/** Adds to the counts of a coupon's codes that end at this moment. */
export function tallyUpdate(
  table: string,
  { coupon, expiresAt }: Pick<Giving, 'coupon' | 'expiresAt'>,
  counts: Counts,
  shard: number,
): TransactWriteItem {
  const names = Object.keys(counts);
  return {
    Update: {
      TableName: table,
      Key: ledgerKey(tallyHolder(coupon, shard), expiresAt === undefined ? never : String(expiresAt).padStart(15, '0')),
      UpdateExpression: `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(counts).map(([name, count]) => [`:${name}`, { N: String(count) }]),
      ),
    },
  };
}

export function readTally(item: Item): CouponTally {
  const entry = entryOf(item);
  return {
    ...(entry !== never && { expiresAt: Number(entry) }),
    issued: numberOf(item, 'issued'),
    redeemed: numberOf(item, 'redeemed'),
    discount: numberOf(item, 'discount'),
    revenue: numberOf(item, 'revenue'),
  };
}
