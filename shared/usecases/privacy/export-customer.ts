import type { BehaviourEvent } from '../../domain/behaviour/behaviour.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import type { IssuedCoupon } from '../../domain/coupons/coupon.ts';
import { type ConsentWord, consentHistory } from '../../domain/customers/consent-history.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { statedAddresses } from '../../domain/customers/stated-addresses.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import type { StageChange } from '../../domain/life-cycle/history.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { BehaviourReader } from '../behaviour/behaviour-ports.ts';
import { readBehaviourOf } from '../behaviour/take-in-behaviour.ts';
import { casesOf } from '../cases/open-case.ts';
import type { CouponLedger } from '../coupons/coupon-ports.ts';
import { readCustomer } from '../customers/find-customer.ts';
import { readTimeline } from '../customers/read-timeline.ts';
import { enrolmentsOf } from '../journeys/enrolments-of.ts';
import type { CaseStore, EnrolmentStore } from '../marketing-ports.ts';
import { allTouches } from '../messages/explain-contact.ts';
import type { TouchStore } from '../messages/messaging-ports.ts';
import { addressKeyOf } from '../messages/plan-touches.ts';
import type { Clock, CustomerStore, SettingsReader } from '../ports.ts';

export interface ExportCustomerDeps {
  readonly store: CustomerStore;
  readonly touches: TouchStore;
  readonly behaviour: BehaviourReader;
  readonly cases: Pick<CaseStore, 'listCases'>;
  readonly enrolments: Pick<EnrolmentStore, 'listEnrolments'>;
  readonly settings: SettingsReader;
  readonly identityHash: (text: string) => string;
  readonly couponLedger: Pick<CouponLedger, 'issuedTo'>;
  readonly clock: Clock;
}

/** Everything that is held of one customer (DOMAIN 2). */
export interface CustomerDossier {
  readonly file: CustomerFile;
  readonly orders: readonly Order[];
  readonly consents: readonly ConsentWord[];
  readonly touches: readonly Touch[];
  readonly events: readonly BehaviourEvent[];
  readonly stages: readonly StageChange[];
  readonly coupons: readonly IssuedCoupon[];
  /** Oldest first. */
  readonly cases: readonly ServiceCase[];
  readonly enrolments: readonly Enrolment[];
}

/** @returns undefined when there is no such customer */
export async function exportCustomer(id: string, deps: ExportCustomerDeps): Promise<CustomerDossier | undefined> {
  const file = await readCustomer(id, deps.store);
  if (!file) return undefined;
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const stored = await deps.store.readOrders([...file.orders.keys()]);
  const orders = [...stored.values()].map(({ value }) => value.order);
  const consents = await readConsents(file, orders, deps);
  const touches = await allTouches(file, deps.touches);
  const events = await readBehaviourOf(file, now, deps.behaviour);
  const coupons = await deps.couponLedger.issuedTo(idsOf(file));
  const cases = await casesOf(file, deps.cases);
  const enrolments = await enrolmentsOf(file, deps.enrolments);
  const stages = await stagesOf(file, settings, deps);
  return { file, orders, consents, touches, events, stages, coupons, cases, enrolments };
}

async function readConsents(
  file: CustomerFile,
  orders: readonly Order[],
  { touches, identityHash }: ExportCustomerDeps,
): Promise<ConsentWord[]> {
  const said = [file, ...Object.values(file.updates), ...orders].flatMap(({ statements }) =>
    statedAddresses(statements),
  );
  const byKey = new Map(said.map((one) => [addressKeyOf(one.channel, one.address, identityHash), one]));
  const live = await touches.readLive({ contacts: idsOf(file), addresses: byKey.keys() });
  const addresses = [...byKey].flatMap(([key, one]) => {
    const row = live.addresses.get(key)?.value;
    return row ? [{ ...one, row }] : [];
  });
  const contacts = [...live.contacts.values()].map(({ value }) => value);
  return consentHistory({ file, orders, addresses, contacts });
}

/** As the timeline tells them, oldest first. */
async function stagesOf(file: CustomerFile, settings: Settings, deps: ExportCustomerDeps): Promise<StageChange[]> {
  const nothingElse = { touches: [], events: [], cases: [], enrolments: [] };
  const noOrders = { readOrders: async () => new Map() };
  const all = Number.MAX_SAFE_INTEGER;
  const { entries } = await readTimeline(file, nothingElse, deps.clock.now(), undefined, all, settings, noOrders);
  return entries.flatMap((entry) => (entry.type === 'stage' ? [entry.change] : [])).reverse();
}
