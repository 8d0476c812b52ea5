import type { CustomerJson } from '../../../shared/contracts/http/customers.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatDay, formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import { type CustomerFile, purchasesOf } from '../../../shared/domain/customers/customer-file.ts';
import type { Statement } from '../../../shared/domain/customers/statements.ts';
import { summarise } from '../../../shared/domain/customers/summary.ts';
import { stageAt, stageSince } from '../../../shared/domain/life-cycle/stage.ts';
import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import { formatAmount, type Money } from '../../../shared/domain/money.ts';
import type { Settings } from '../../../shared/domain/settings/settings.ts';
import type { Reach } from '../../../shared/usecases/explain-contact.ts';

/** A customer as of `now`, everything derived from the facts; without personal data where the role sees none. */
export function customerView(
  file: CustomerFile,
  now: Instant,
  settings: Settings,
  role: Role,
  reach: (id: string, channel: Channel) => Reach,
): CustomerJson {
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
