import type { CustomerJson } from '../../contracts/http/customers.ts';
import { moneyView } from '../../contracts/http/values.ts';
import { type Role, seesPersonalData } from '../../domain/access/roles.ts';
import { formatDay, formatInstantOrNull, type Instant } from '../../domain/calendar.ts';
import { type CustomerFile, purchasesOf } from '../../domain/customers/customer-file.ts';
import type { Said, Statement } from '../../domain/customers/statements.ts';
import { summarise } from '../../domain/customers/summary.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { SegmentRecord } from '../../domain/segments/record.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Preferences } from '../../domain/value/preferences.ts';
import type { CustomerStanding } from '../../domain/value/standing-of-customer.ts';
import type { Reach } from '../messages/explain-contact.ts';

/** A customer as of `now`, everything derived from the facts; without personal data where the role sees none. */
export function customerView(
  file: CustomerFile,
  standing: CustomerStanding & Pick<SegmentRecord, 'predicted'>,
  now: Instant,
  settings: Settings,
  role: Role,
  reach: (id: string, channel: Channel) => Reach,
): CustomerJson {
  const purchases = purchasesOf(file);
  const { stage, stageSince, rfm, tier, points, tags, preferences, predicted } = standing;
  const stated = (field: string) => text(file.statements[field]?.value);
  const personal = (field: string) => (seesPersonalData(role) ? stated(field) : null);
  return {
    id: file.id,
    name: personal('name'),
    email: personal('email'),
    phone: personal('phone'),
    gender: stated('gender'),
    birthday: personal('birthday'),
    occupation: stated('occupation'),
    region: { country: stated('country'), province: stated('province'), city: stated('city') },
    locale: stated('locale'),
    timezone: stated('timezone'),
    stage,
    stageSince: stageSince === undefined ? null : formatDay(stageSince),
    orders: ordersView(summarise(purchases, now, settings)),
    rfm: rfm ? { r: rfm.r, f: rfm.f, m: rfm.m, group: rfm.group ?? null } : null,
    tier: tier?.id ?? null,
    points: points.balance,
    tags: [...tags],
    preferences: preferencesView(preferences, settings.baseCurrency),
    predicted: predictedView(predicted, settings.baseCurrency),
    credit: file.statements.credit?.value ?? null,
    attributes: seesPersonalData(role) ? attributesOf(file) : {},
    consent: { sms: reach(file.id, 'sms').consent, email: reach(file.id, 'email').consent },
    reachable: { sms: reach(file.id, 'sms').reachable, email: reach(file.id, 'email').reachable },
  };
}

function ordersView(summary: ReturnType<typeof summarise>): CustomerJson['orders'] {
  const { count, total, average, items, firstAt, lastAt } = summary;
  return {
    count,
    total: moneyView(total),
    average: moneyView(average),
    items,
    firstAt: formatInstantOrNull(firstAt),
    lastAt: formatInstantOrNull(lastAt),
  };
}

function preferencesView({ category, priceBand }: Preferences, currency: string): CustomerJson['preferences'] {
  const money = (amount: number) => moneyView({ amount, currency });
  return {
    category: category ?? null,
    priceBand: priceBand ? { from: money(priceBand.from), below: money(priceBand.below) } : null,
  };
}

function predictedView(predicted: SegmentRecord['predicted'], currency: string): CustomerJson['predicted'] {
  if (!predicted) return null;
  const { alive, purchases, value, nextAt } = predicted;
  return {
    alive,
    purchases,
    value: value === undefined ? null : moneyView({ amount: value, currency }),
    nextAt: nextAt === undefined ? null : formatDay(nextAt),
  };
}

function text(value: Said | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}

const ATTRIBUTE = 'attr.';

function attributesOf({ statements }: CustomerFile): Record<string, Statement> {
  const attributes: Record<string, Statement> = {};
  for (const [field, { value }] of Object.entries(statements)) {
    if (value !== null && field.startsWith(ATTRIBUTE)) attributes[field.slice(ATTRIBUTE.length)] = value;
  }
  return attributes;
}
