import { formatInstant } from '../../domain/calendar.ts';
import type { CouponDefinition, IssuedCoupon } from '../../domain/coupons/coupon.ts';
import { generatedCode } from '../../domain/coupons/coupon-code.ts';
import { couponExpiry } from '../../domain/coupons/coupon-validity.ts';
import type { CouponIssuer, DomainEvents, IssueOutcome, WantedCoupon } from '../marketing-ports.ts';
import type { SettingsReader, ShopReader } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import type { CouponLedger, CouponReader, Given, Giving } from './coupon-ports.ts';

export interface IssueDeps extends Retrying {
  readonly couponStore: CouponReader;
  readonly couponLedger: Pick<CouponLedger, 'readGiven' | 'giveCode' | 'drawCode'>;
  readonly settings: SettingsReader;
  readonly shops: Pick<ShopReader, 'shop'>;
  readonly identityHash: (text: string) => string;
  /** Hears of every code that is given: the shop has to honour it. */
  readonly events?: DomainEvents;
}

/** Lost tries after which whoever asked comes back later: a pool that all draw from is lost to others a few times. */
const tries = 8;
/** Codes that may be somebody else's already, by chance or in a pool. */
const mostCodes = 5;

export function couponIssuer(deps: IssueDeps): CouponIssuer {
  return { issue: (wanted) => issueCoupon(wanted, deps) };
}

/**
 * Gives a coupon to a customer, once for its cause, and tells the event `coupon.issued` (DOMAIN 9). What ends between two
 * tries of one cause is given to it all the same.
 * @throws ConflictError, StoreBusyError; asked again it gives what it gave
 */
export async function issueCoupon(wanted: WantedCoupon, deps: IssueDeps): Promise<IssueOutcome> {
  const stored = await deps.couponStore.coupon(wanted.coupon);
  if (!stored) return { type: 'refused', reason: 'coupon_gone' };
  const { definition, endedAt } = stored;
  const expiresAt = couponExpiry(definition, wanted.at, await zoneFor(wanted, deps));
  const isOver = endedAt !== undefined || (expiresAt !== undefined && expiresAt <= wanted.at);
  const { customer, cause, at } = wanted;
  const giving = { coupon: definition.id, customer, cause, at, ...(expiresAt !== undefined && { expiresAt }) };
  const given = isOver ? await givenBefore(wanted, definition, deps) : await give(giving, wanted, definition, deps);
  if (!given) return { type: 'refused', reason: 'coupon_gone' };
  if (given.type !== 'issued') return given;
  await tell(given.coupon, definition, deps);
  return { type: 'issued', coupon: given.coupon, definition };
}

async function zoneFor({ shop, at }: WantedCoupon, { shops, settings }: IssueDeps): Promise<string> {
  const known = shop === undefined ? undefined : await shops.shop(shop);
  return known?.timezone ?? (await settings.settings(at)).timezone;
}

type Settled = Exclude<Given, { type: 'taken' }>;

async function givenBefore(
  { customer, aliases = [], cause }: WantedCoupon,
  { id }: CouponDefinition,
  { couponLedger }: IssueDeps,
): Promise<Settled | undefined> {
  const { issued } = await couponLedger.readGiven(id, [customer, ...aliases], cause);
  return issued && { type: 'issued', coupon: issued };
}

async function give(
  giving: Omit<Giving, 'limit'>,
  { aliases = [] }: WantedCoupon,
  { id, codes, perCustomer }: CouponDefinition,
  deps: IssueDeps,
): Promise<Settled> {
  const others = aliases.length === 0 ? undefined : await deps.couponLedger.readGiven(id, aliases, giving.cause);
  if (others?.issued) return { type: 'issued', coupon: others.issued };
  const limited = { ...giving, limit: perCustomer - (others?.count ?? 0) };
  if (codes === 'generate') return generate(limited, deps);
  const drawn = await retried(() => deps.couponLedger.drawCode(limited), deps, tries);
  if (drawn.type === 'taken') throw new Error(`a pool gave a code of somebody else: ${id}`);
  return drawn;
}

async function generate(giving: Giving, deps: IssueDeps): Promise<Settled> {
  for (let attempt = 0; attempt < mostCodes; attempt++) {
    const code = generatedCode(giving, attempt, deps.identityHash);
    const given = await retried(() => deps.couponLedger.giveCode(giving, code), deps, tries);
    if (given.type !== 'taken') return given;
  }
  throw new Error(`no code is free for a coupon of ${giving.coupon}`);
}

/** Also of one that was given before: the first time, the word may have been lost after the deed. */
async function tell(
  { coupon, code, customer, cause, at, expiresAt }: IssuedCoupon,
  { kind, value, minimum }: CouponDefinition,
  { events, identityHash }: IssueDeps,
): Promise<void> {
  await events?.tell([
    {
      id: identityHash(`event:coupon.issued ${coupon} ${customer} ${cause}`),
      type: 'coupon.issued',
      occurredAt: at,
      data: {
        coupon,
        code,
        customer,
        kind,
        ...(value !== undefined && { value }),
        ...(minimum !== undefined && { minimum }),
        ...(expiresAt !== undefined && { expiresAt: formatInstant(expiresAt) }),
      },
    },
  ]);
}
