import type { CustomerJson } from '../../../shared/contracts/http/customers.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatDay, formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import { type CustomerFile, purchasesOf } from '../../../shared/domain/customers/customer-file.ts';
import { normaliseEmail, normalisePhone } from '../../../shared/domain/customers/identity.ts';
import { type ConsentChannel, consentField, type Statement } from '../../../shared/domain/customers/statements.ts';
import { summarise } from '../../../shared/domain/customers/summary.ts';
import { stageAt, stageSince } from '../../../shared/domain/life-cycle/stage.ts';
import { formatAmount, type Money } from '../../../shared/domain/money.ts';
import type { Settings } from '../../../shared/domain/settings/settings.ts';

/** A customer as of `now`, everything derived from the facts; without personal data where the role sees none. */
export function customerView(file: CustomerFile, now: Instant, settings: Settings, role: Role): CustomerJson {
  const purchases = purchasesOf(file);
  const since = stageSince(purchases, now, settings.stages, settings.timezone);
  const stated = (field: string) => text(file.statements[field]?.value);
  const personal = (field: string) => (seesPersonalData(role) ? stated(field) : null);
  return {
    id: file.id,
    name: personal('name'),
    email: personal('email'),
    phone: personal('phone'),
    gender: stated('gender'),
    birthday: personal('birthday'),
    region: { country: stated('country'), province: stated('province'), city: stated('city') },
    locale: stated('locale'),
    timezone: stated('timezone'),
    stage: stageAt(purchases, now, settings.stages, settings.timezone),
    stageSince: since === undefined ? null : formatDay(since),
    orders: ordersView(summarise(purchases, now, settings)),
    attributes: seesPersonalData(role) ? attributesOf(file) : {},
    consent: { sms: consentOf(file, 'sms'), email: consentOf(file, 'email') },
  };
}

function ordersView(summary: ReturnType<typeof summarise>): CustomerJson['orders'] {
  const { count, total, average, items, firstAt, lastAt } = summary;
  return {
    count,
    total: moneyView(total),
    average: moneyView(average),
    items,
    firstAt: firstAt === undefined ? null : formatInstant(firstAt),
    lastAt: lastAt === undefined ? null : formatInstant(lastAt),
  };
}

export function moneyView({ amount, currency }: Money): { amount: string; currency: string } {
  return { amount: formatAmount(amount, currency), currency };
}

function text(value: Statement | undefined): string | null {
  return value === undefined ? null : String(value);
}

const ATTRIBUTE = 'attr.';

function attributesOf({ statements }: CustomerFile): Record<string, Statement> {
  const entries = Object.entries(statements).filter(([field]) => field.startsWith(ATTRIBUTE));
  return Object.fromEntries(entries.map(([field, { value }]) => [field.slice(ATTRIBUTE.length), value]));
}

/** Consent for the address the customer has now. */
function consentOf({ statements }: CustomerFile, channel: ConsentChannel): 'granted' | 'denied' | 'unknown' {
  const stated = text(statements[channel === 'sms' ? 'phone' : 'email']?.value);
  if (stated === null) return 'unknown';
  const address = (channel === 'sms' ? normalisePhone(stated) : normaliseEmail(stated)) ?? stated;
  const consent = statements[consentField(channel, address)]?.value;
  return consent === undefined ? 'unknown' : consent === true ? 'granted' : 'denied';
}
