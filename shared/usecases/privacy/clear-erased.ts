import type { Work } from '../../contracts/work.ts';
import { sameContent } from '../../domain/canonical.ts';
import { emptyContactRow } from '../../domain/contact-policy/standing.ts';
import { anonymous, erasedAddress, forgottenTouch } from '../../domain/customers/erasure.ts';
import type { IdentityKey } from '../../domain/customers/identity.ts';
import type { BehaviourStore } from '../behaviour/behaviour-ports.ts';
import { type ForgetDeps, forgetCases } from '../cases/forget-cases.ts';
import type { CouponLedger } from '../coupons/coupon-ports.ts';
import { everyPage } from '../every-page.ts';
import type { EnrolmentStore } from '../marketing-ports.ts';
import type { TouchKey, TouchStore } from '../messages/messaging-ports.ts';
import { identitiesInEvent } from '../orders/identities-in-event.ts';
import type { TakeInDeps } from '../orders/take-in-webhook.ts';
import type {
  ErasedCustomers,
  ErasedFile,
  ErasureLeft,
  ParkedStore,
  SettingsReader,
  ShopReader,
  WorkQueue,
} from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { workThrough } from '../work-through.ts';
import { type EraseDeps, eraseCustomer, erasedRow, readToTheEnd } from './erase-customer.ts';

export interface ClearDeps extends EraseDeps {
  readonly settings: SettingsReader;
  readonly platforms: TakeInDeps['platforms'];
  readonly shops: ShopReader;
  readonly touches: TouchStore;
  readonly enrolments: Pick<EnrolmentStore, 'removeEnrolments'>;
  readonly behaviour: Pick<BehaviourStore, 'removeBehaviour'>;
  readonly cases: ForgetDeps['cases'];
  readonly couponLedger: Pick<CouponLedger, 'forget'>;
  readonly parked: ParkedStore;
  readonly erased: ErasedCustomers;
  readonly work: WorkQueue;
}

export type EraseWork = Extract<Work, { type: 'customer.erase' }>;

/** Items written in one transaction. */
const atOnce = 25;
/** With less time than this left the rest is handed on. */
const handOnMs = 10_000;

/**
 * Erases a customer, or goes on with one whose file is gone already: addresses and messages first, so that nothing goes out
 * any more, then orders and parked events. Every step can be repeated; short of time it hands on the rest.
 * @returns false when there is no such customer, or the rest was handed on
 */
export async function clearErased(work: EraseWork, remainingMs: () => number, deps: ClearDeps): Promise<boolean> {
  const settings = await deps.settings.settings(deps.clock.now());
  const erased = await eraseCustomer(work.customer, settings, deps);
  if (!erased?.left) return erased !== undefined;
  const { left, id, at } = erased;
  if (work.parkedAfter === undefined) {
    await deps.erased.add([id, ...left.aliases], at);
    await markIdentities(left.identities, settings.buyersPerIdentity, deps);
    // Before the rows of contacts, in which cases keep marketing silent.
    await forgetCases([id, ...left.aliases], at, deps);
    await barAddresses(erased, left, deps);
    await forgetTouches([id, ...left.aliases], deps);
    for (const customer of [id, ...left.aliases]) await retried(() => deps.couponLedger.forget(customer), deps);
    for (const customer of [id, ...left.aliases]) await deps.enrolments.removeEnrolments(customer);
    await deps.behaviour.removeBehaviour([id, ...left.aliases]);
    if (!(await clearOrders(left.orders, remainingMs, deps))) {
      await deps.work.send(work);
      return false;
    }
  }
  if (!(await removeParked(new Set(left.identities), work, remainingMs, deps))) return false;
  await retried(() => writeDone(id, deps), deps);
  return true;
}

async function markIdentities(keys: readonly IdentityKey[], limit: number, deps: ClearDeps): Promise<void> {
  await inParts(keys, deps, async (some) => {
    const rows = await deps.store.readIdentities(some);
    const open = some.filter((key) => rows.get(key)?.value.erased === undefined);
    await deps.store.commit({ cause: 'erase', identities: open.map((key) => erasedRow(key, rows, limit)) });
  });
}

async function barAddresses({ id, at }: ErasedFile, left: ErasureLeft, { touches, ...deps }: ClearDeps): Promise<void> {
  await inParts(left.addresses, deps, async (some) => {
    const rows = [...(await touches.readLive({ addresses: some })).addresses.values()];
    const barred = rows.map(({ value, version }) => ({ value: erasedAddress(value, at), version }));
    await touches.commit({ addresses: barred.filter(({ value }, index) => !sameContent(value, rows[index]?.value)) });
  });
  await inParts([id, ...left.aliases], deps, async (some) => {
    const rows = [...(await touches.readLive({ contacts: some })).contacts.values()];
    const known = rows.filter(({ value }) => !sameContent(value, emptyContactRow(value.customer)));
    const contacts = known.map(({ value, version }) => ({ value: emptyContactRow(value.customer), version }));
    await touches.commit({ contacts });
  });
}

async function forgetTouches(customers: readonly string[], { touches, ...deps }: ClearDeps): Promise<void> {
  for (const customer of customers) {
    for await (const page of everyPage((after) => touches.listTouches(customer, after, 100))) {
      const keys = page.map(({ id }): TouchKey => ({ customer, id }));
      await inParts(keys, deps, async (some) => {
        const rows = [...(await touches.readLive({ touches: some })).touches.values()];
        const changed = rows.flatMap(({ value, version }) => {
          const next = forgottenTouch(value);
          return next === value ? [] : [{ value: next, version }];
        });
        await touches.commit({ touches: changed });
      });
    }
  }
}

/** @returns false when time ran short: what is done already is only read the next time */
async function clearOrders(refs: readonly string[], remainingMs: () => number, deps: ClearDeps): Promise<boolean> {
  for (let start = 0; start < refs.length; start += atOnce) {
    if (start > 0 && remainingMs() < handOnMs) return false;
    await inParts(refs.slice(start, start + atOnce), deps, async (some) => {
      const stored = [...(await deps.store.readOrders(some)).values()].filter(({ value }) => !value.erased);
      const orders = stored.map(({ value: { order, silent }, version }) => ({
        value: { order: anonymous(order), erased: true as const, ...(silent && { silent }) },
        version,
      }));
      await deps.store.commit({ cause: 'erase', orders });
    });
  }
  return true;
}

/** Events that wait for a person or a replay and name who was erased. */
function removeParked(
  erased: ReadonlySet<IdentityKey>,
  work: EraseWork,
  remainingMs: () => number,
  deps: ClearDeps,
): Promise<boolean> {
  return workThrough({
    after: work.parkedAfter,
    remainingMs,
    readPage: (after) => deps.parked.listParked({}, after, atOnce),
    doPage: async (page) => {
      for (const { id } of page) {
        const parked = await deps.parked.readParked(id);
        if (!parked) continue;
        const shop = await deps.shops.shop(parked.event.shop);
        const named = identitiesInEvent(parked.event, shop, deps);
        if ([...named].some((key) => erased.has(key))) await deps.parked.removeParked(id);
      }
    },
    handOn: (parkedAfter) => deps.work.send({ ...work, parkedAfter }),
  });
}

async function writeDone(id: string, { store }: ClearDeps): Promise<void> {
  const known = (await store.readFiles([id])).get(id);
  if (known?.value.type !== 'erased') return;
  const { left: _cleared, ...value } = known.value;
  await store.commit({ cause: `erase#${id}`, files: [{ ...known, value }] });
}

/** A part at a time, each tried again while it loses against somebody else. */
async function inParts<T>(
  all: readonly T[],
  deps: Retrying,
  write: (some: readonly T[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < all.length; start += atOnce) {
    await retried(() => write(all.slice(start, start + atOnce)), deps);
  }
}

/** How far the erasure of a customer has come; undefined for one who was not erased. */
export async function erasureOf(id: string, store: ClearDeps['store']): Promise<ErasedFile | undefined> {
  const found = await readToTheEnd(id, store);
  return found?.type === 'erased' ? found : undefined;
}
