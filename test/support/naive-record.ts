import { dayOf, parseDay } from '../../shared/domain/calendar.ts';
import { addressOf, blockOf } from '../../shared/domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../shared/domain/customers/customer-file.ts';
import { stageOnDay } from '../../shared/domain/life-cycle/stage.ts';
import { predictionOf } from '../../shared/domain/predictions/customer-value.ts';
import { buyingHistoryAt } from '../../shared/domain/predictions/frequency.ts';
import type { SegmentRecord } from '../../shared/domain/segments/record.ts';
import type { Settings } from '../../shared/domain/settings/settings.ts';
import type { Touch } from '../../shared/domain/touches/touch.ts';
import type { NightlyLimits } from '../../shared/domain/value/nightly-limits.ts';
import { customerStanding } from '../../shared/domain/value/standing-of-customer.ts';
import type { AddressState, CustomerBase } from './segment-base.ts';

/**
 * A customer as rules see them, written down without a thought of what a rule asks for or of speed: everything, from the
 * file and the rows that were put into the tables, not from what was read back.
 */
export function naiveRecord(
  file: CustomerFile,
  base: CustomerBase,
  { settings, limits, asOf }: { settings: Settings; limits: NightlyLimits; asOf: number },
): SegmentRecord {
  const said = (field: string) => file.statements[field]?.value;
  const text = (field: string) => (said(field) === undefined ? undefined : String(said(field)));
  const paid = [...file.orders.values()].flatMap(({ purchase }) => (purchase ? [purchase] : []));
  const happened = paid.filter(({ paidAt }) => paidAt <= asOf).sort((a, b) => a.day - b.day);
  const days = happened.map(({ day }) => day);
  const today = dayOf(asOf, settings.timezone);
  const stageOn = (day: number) =>
    stageOnDay(
      days.filter((one) => one <= day),
      days.filter((one) => one <= day).length,
      day,
      settings.stages,
    );
  const standing = customerStanding(file, settings, limits, asOf);
  const touches = base.touches.filter(({ customer }) => customer === file.id);
  const times = (of: (touch: Touch) => number | undefined) => touches.flatMap((touch) => of(touch) ?? []);
  const events = base.behaviour.find(({ customer }) => customer === file.id)?.events ?? [];
  const types = [...new Set(events.map(({ type }) => type))];
  const history = buyingHistoryAt(happened, asOf, settings.timezone);
  const foreseen = history && predictionOf(limits.predictions, history, today);
  return {
    id: file.id,
    phone: addressOf(file, 'sms'),
    email: addressOf(file, 'email'),
    purchases: paid.map(({ paidAt, day, amount, items, lines }) => ({
      paidAt,
      day,
      amount,
      items,
      products: lines.map(({ product }) => product),
      skus: lines.flatMap(({ sku }) => sku ?? []),
      categories: lines.flatMap(({ category }) => category ?? []),
    })),
    gender: text('gender'),
    birthday: parseDay(text('birthday') ?? '') === undefined ? undefined : Number(text('birthday')?.replace(/-/g, '')),
    occupation: text('occupation'),
    country: text('country'),
    province: text('province'),
    city: text('city'),
    credit: said('credit') ?? undefined,
    attributes: new Map(
      Object.entries(file.statements).flatMap(([field, { value }]) =>
        field.startsWith('attr.') && value !== null ? [[field.slice(5), value] as const] : [],
      ),
    ),
    stage: stageOn(today),
    stageSince: standing.stageSince,
    rfm: standing.rfm && { ...standing.rfm, group: standing.rfm.group },
    tier: standing.tier?.id,
    points: standing.points.balance,
    tags: [...standing.handTags, ...standing.ruleTags],
    shops: [...file.orders].flatMap(([ref, { statedAt }]) => (statedAt <= asOf ? [ref.replace(/#.*/, '')] : [])),
    couponsUsed: happened.flatMap(({ coupons }) => coupons),
    consent: { sms: consentFor('sms', file, base), email: consentFor('email', file, base) },
    reachable: {
      sms: consentFor('sms', file, base) === 'granted',
      email: consentFor('email', file, base) === 'granted',
    },
    events: new Map(types.map((type) => [type, events.flatMap((event) => (event.type === type ? [event.at] : []))])),
    touched: times(({ state, sentAt, claim }) =>
      state === 'sent' ? sentAt : state === 'unconfirmed' ? claim?.at : undefined,
    ),
    opened: times(({ reactions }) => reactions.opened),
    clicked: times(({ reactions }) => reactions.clicked),
    predicted: foreseen && {
      ...foreseen,
      purchases: foreseen.expectedPurchases,
      value: foreseen.value,
      nextAt: foreseen.nextDay,
    },
  };
}

function consentFor(
  channel: 'sms' | 'email',
  file: CustomerFile,
  base: CustomerBase,
): 'granted' | 'denied' | 'unknown' {
  const address = addressOf(file, channel);
  if (address === undefined) return 'unknown';
  const state: AddressState | undefined = base.addresses.find((one) => one.address === address);
  if (state && blockOf(state.row)) return 'denied';
  if (base.denials.some(({ customer, on }) => customer === file.id && on === channel)) return 'denied';
  const [own, ofAny] = [file.statements[`consent.${channel}:${address}`], file.statements[`consent.${channel}:`]];
  const stated = !own || !ofAny ? (own ?? ofAny) : own.at === ofAny.at ? undefined : own.at > ofAny.at ? own : ofAny;
  if (!stated && own) return own.value === true && ofAny?.value === true ? 'granted' : 'denied';
  return stated === undefined ? 'unknown' : stated.value === true ? 'granted' : 'denied';
}
