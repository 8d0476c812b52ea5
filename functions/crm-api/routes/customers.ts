import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { customerRoutes, TimelineEntryJson } from '../../../shared/contracts/http/customers.ts';
import type { InputOf } from '../../../shared/contracts/http/routes.ts';
import { moneyView } from '../../../shared/contracts/http/values.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatDay, formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import type { CustomerFile } from '../../../shared/domain/customers/customer-file.ts';
import {
  type Identity,
  normaliseBuyerId,
  normaliseEmail,
  normalisePhone,
} from '../../../shared/domain/customers/identity.ts';
import { InvalidInputError } from '../../../shared/domain/errors.ts';
import { directionOf } from '../../../shared/domain/life-cycle/migration.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { forbidden, notFound } from '../../../shared/runtime/problem.ts';
import type { BehaviourReader } from '../../../shared/usecases/behaviour/behaviour-ports.ts';
import { readBehaviourOf } from '../../../shared/usecases/behaviour/take-in-behaviour.ts';
import { casesOf } from '../../../shared/usecases/cases/open-case.ts';
import { findCustomer, readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { readTimeline, type TimelineEntry } from '../../../shared/usecases/customers/read-timeline.ts';
import { type CustomerViewDeps, customerViews } from '../../../shared/usecases/customers/show-customers.ts';
import { enrolmentsOf } from '../../../shared/usecases/journeys/enrolments-of.ts';
import type { CaseStore, EnrolmentStore } from '../../../shared/usecases/marketing-ports.ts';
import { allTouches } from '../../../shared/usecases/messages/explain-contact.ts';
import type { AuditLog, CustomerStore } from '../../../shared/usecases/ports.ts';
import { originView } from '../views/touch.ts';

export interface CustomerDeps extends CustomerViewDeps {
  readonly store: CustomerStore;
  readonly behaviour: BehaviourReader;
  readonly cases: Pick<CaseStore, 'listCases'>;
  readonly enrolments: Pick<EnrolmentStore, 'listEnrolments'>;
  readonly audit: Pick<AuditLog, 'record'>;
  /** Joins two customers for good. @returns the id that goes on @throws NotFoundError */
  readonly merge: (id: string, other: string) => Promise<string>;
  readonly cursors: Cursors;
}

export function customerHandlers(deps: CustomerDeps): RouteHandlers<keyof typeof customerRoutes> {
  const answer = async (file: CustomerFile, role: Role): Promise<HttpAnswer> => {
    return json((await customerViews([file], role, deps)).get(file.id));
  };
  return {
    async findCustomers({ query, actor: { role } }) {
      if (query.shop === undefined && !seesPersonalData(role)) {
        throw forbidden(`The role ${role} does not find customers by email or phone.`);
      }
      const file = await findCustomer(identityOf(query), deps.identityHash, deps.store);
      const views = await customerViews(file ? [file] : [], role, deps);
      return json({ items: [...views.values()], next: null });
    },
    getCustomer: async ({ params, actor }) => answer(await existing(params.id, deps), actor.role),
    async customerTimeline({ params, query }) {
      const file = await existing(params.id, deps);
      const now = deps.clock.now();
      const settings = await deps.settings.settings(now);
      const touches = await allTouches(file, deps.touches);
      const events = await readBehaviourOf(file, now, deps.behaviour);
      const cases = await casesOf(file, deps.cases);
      const enrolments = await enrolmentsOf(file, deps.enrolments);
      const read = async (after: string | undefined, limit: number) => {
        const { entries, next } = await readTimeline(
          file,
          { touches, events, cases, enrolments },
          now,
          after,
          limit,
          settings,
          deps.store,
        );
        return { items: entries, ...(next !== undefined && { next }) };
      };
      return answerPage(['timeline', file.id], query, deps.cursors, read, entryView);
    },
    async mergeCustomers({ params, body, actor }) {
      const one = await existing(params.id, deps);
      const other = await readCustomer(body.with, deps.store);
      if (!other) throw new InvalidInputError([{ field: 'with', message: 'there is no such customer' }]);
      const survivor = one.id === other.id ? one.id : await deps.merge(one.id, other.id);
      await deps.audit.record({
        actor,
        at: deps.clock.now(),
        action: 'customer.merged',
        target: `customer/${survivor}`,
        changed: [`with ${survivor === one.id ? other.id : one.id}`],
      });
      return answer(await existing(survivor, deps), actor.role);
    },
  };
}

async function existing(id: string, { store }: CustomerDeps): Promise<CustomerFile> {
  const file = await readCustomer(id, store);
  if (!file) throw notFound('There is no such customer.');
  return file;
}

/** In a URL an unescaped + arrives as a space. */
function identityOf({ email, phone, shop, buyer }: InputOf<'findCustomers'>['query']): Identity {
  if (email !== undefined) {
    return identity('email', normaliseEmail(email.trim().replaceAll(' ', '+')), 'email', 'is not an email address');
  }
  if (phone !== undefined) {
    const written = phone.startsWith(' ') ? `+${phone.trim()}` : phone;
    return identity(
      'phone',
      normalisePhone(written),
      'phone',
      'must be a phone with its country, such as +8613800138000',
    );
  }
  return identity('buyer', normaliseBuyerId(shop ?? '', buyer ?? ''), 'buyer', 'is not a buyer id');
}

function identity(kind: Identity['kind'], value: string | undefined, field: string, message: string): Identity {
  if (value === undefined) throw new InvalidInputError([{ field, message }]);
  return { kind, value };
}

function entryView(entry: TimelineEntry): TimelineEntryJson {
  const at = formatInstant(entry.at);
  if (entry.type === 'message') {
    const { id, origin, channel, class: messageClass, state, reason = null } = entry.touch;
    return { type: 'message', at, id, ...originView(origin), channel, class: messageClass, state, reason };
  }
  if (entry.type === 'event') {
    const { type: event, product = null } = entry.event;
    return { type: 'event', at, event, product };
  }
  if (entry.type === 'case') {
    const { id, kind, severity, resolvedAt } = entry.case;
    return {
      type: 'case',
      at,
      id,
      kind,
      severity,
      resolvedAt: formatInstantOrNull(resolvedAt),
    };
  }
  if (entry.type === 'journey') {
    const { journey, state, reason = null, endedAt } = entry.enrolment;
    return {
      type: 'journey',
      at,
      journey,
      state,
      reason,
      endedAt: endedAt === undefined ? null : formatInstant(endedAt),
    };
  }
  if (entry.type === 'stage') {
    const { day, from, to } = entry.change;
    return { type: 'stage', at, day: formatDay(day), from, to, direction: directionOf(from, to) };
  }
  const { shop, id, description } = entry.order;
  const money = description && { amount: description.value.total, currency: description.value.currency };
  return { type: 'order', at, shop, id, status: statusOf(entry.order), total: money ? moneyView(money) : null };
}
