import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import {
  type CaseChange,
  changedCase,
  escalatedCase,
  reopenedCase,
  resolvedCase,
} from '../../domain/cases/case-life.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { grantField } from '../../domain/value/membership.ts';
import type { BehaviourStore } from '../behaviour/behaviour-ports.ts';
import { type BehaviourDeps, takeInBehaviour } from '../behaviour/take-in-behaviour.ts';
import { changeCustomer } from '../customers/change-customer.ts';
import { changePoints } from '../customers/change-points.ts';
import { everyPage } from '../every-page.ts';
import type { CouponIssuer } from '../marketing-ports.ts';
import type { Actor, AuditedChange, Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { type CaseDeps, caseEvent } from './open-case.ts';

/** What a customer is given for their trouble. */
export interface Compensation {
  readonly points?: number;
  /** Id of a coupon's definition. */
  readonly coupon?: string;
  readonly tier?: { readonly id: string; readonly until: string };
}

export interface ResolveDeps extends CaseDeps {
  readonly behaviour: BehaviourStore;
  readonly coupons?: CouponIssuer;
  /** Hears that a case was resolved, so that journeys can follow. */
  readonly heard?: NonNullable<BehaviourDeps['heard']>;
}

/** What a resolved case is to journeys: an event of this type, so that a message or a call-back can follow. */
const resolvedEvent = 'case_resolved';

/** @throws NotFoundError */
export async function existingCase(id: string, { cases }: Pick<CaseDeps, 'cases'>): Promise<Versioned<ServiceCase>> {
  const one = await cases.readCase(id);
  if (!one) throw new NotFoundError('There is no such case.');
  return one;
}

/**
 * Assigns a case, corrects it, or opens it again (`open`).
 * @throws NotFoundError, ConflictError after lost tries
 */
export function changeCase(
  id: string,
  { open, ...change }: CaseChange & { readonly open?: true },
  actor: Actor,
  deps: CaseDeps,
): Promise<Versioned<ServiceCase>> {
  return retried(async () => {
    const { value, version } = await existingCase(id, deps);
    const now = deps.clock.now();
    const { cases: settings } = await deps.settings.settings(now);
    const changed = changedCase(value, change, settings);
    const next = open ? reopenedCase(changed, settings, now) : changed;
    if (sameContent(next, value)) return { value, version };
    const fields = [...Object.keys(change), ...(open && value.resolvedAt !== undefined ? ['open'] : [])];
    await deps.cases.saveCase({ value: next, version }, caseChange('case.changed', next, actor, now, fields));
    if (value.resolvedAt !== undefined && next.resolvedAt === undefined) {
      await deps.events?.tell([caseEvent('case.opened', next, now)]);
    }
    return { value: next, version: version + 1 };
  }, deps);
}

/**
 * Resolves a case, with what the customer is given for their trouble. Once more changes nothing and gives nothing twice: what
 * is given is named after the case.
 * @throws NotFoundError, InvalidInputError for a tier or coupon that is not there, StateConflictError where a coupon's codes
 *   are used up; then the case is open still
 */
export async function resolveCase(
  id: string,
  { resolution, compensation = {} }: { readonly resolution: string; readonly compensation?: Compensation },
  actor: Actor,
  deps: ResolveDeps,
): Promise<Versioned<ServiceCase> & { readonly code?: string }> {
  const { value: before } = await existingCase(id, deps);
  const settings = await deps.settings.settings(deps.clock.now());
  const code = await compensate(before, compensation, settings, deps);
  const resolved = await retried(async () => {
    const { value, version } = await existingCase(id, deps);
    const next = resolvedCase(value, resolution, deps.clock.now());
    if (next === value) return { value, version };
    const given = Object.keys(compensation);
    await deps.cases.saveCase(
      { value: next, version },
      caseChange('case.resolved', next, actor, deps.clock.now(), ['resolution', ...given]),
    );
    return { value: next, version: version + 1 };
  }, deps);
  await tellResolved(resolved.value, deps);
  return { ...resolved, ...(code !== undefined && { code }) };
}

/** Told again where it may not have been told: the same event is one. */
async function tellResolved(one: ServiceCase, deps: ResolveDeps): Promise<void> {
  const at = one.resolvedAt ?? deps.clock.now();
  await deps.events?.tell([caseEvent('case.resolved', one, at)]);
  await takeInBehaviour([{ doer: { id: one.customer }, type: resolvedEvent, at, id: `${one.id} ${at}` }], deps);
}

async function compensate(
  { id, customer }: ServiceCase,
  { points, coupon, tier }: Compensation,
  settings: Settings,
  deps: ResolveDeps,
): Promise<string | undefined> {
  if (tier && !settings.tiers.levels.some((level) => level.id === tier.id)) {
    throw new InvalidInputError([{ field: 'compensation.tier.id', message: 'there is no such tier' }]);
  }
  const code = coupon === undefined ? undefined : await giveCoupon(id, customer, coupon, deps);
  if (points !== undefined) {
    await changePoints(customer, { id: `case ${id}`, kind: 'adjust', points, reason: `case ${id}` }, settings, deps);
  }
  if (tier) {
    const statements = { [grantField(tier.id)]: tier.until };
    await changeCustomer(customer, () => ({ statements, outcome: undefined }), settings, deps);
  }
  return code;
}

async function giveCoupon(
  id: string,
  customer: string,
  coupon: string,
  { coupons, clock }: ResolveDeps,
): Promise<string> {
  const outcome = await coupons?.issue({ coupon, customer, cause: `case ${id}`, at: clock.now() });
  if (outcome?.type === 'issued') return outcome.coupon.code;
  if (outcome === undefined || outcome.reason === 'coupon_gone') {
    throw new InvalidInputError([{ field: 'compensation.coupon', message: 'there is no such coupon' }]);
  }
  throw new StateConflictError(
    outcome.reason === 'coupon_stock'
      ? 'This coupon has no codes left.'
      : 'The customer has had this coupon as often as one may.',
  );
}

/**
 * Escalates the open cases whose due time is missed.
 * @returns those that were not known to be late yet
 */
export async function escalateOverdue(
  now: Instant,
  deps: Pick<CaseDeps, 'cases' | 'events'> & Retrying,
): Promise<ServiceCase[]> {
  const late: ServiceCase[] = [];
  const due = { open: true, dueBefore: now + 1 } as const;
  for await (const page of everyPage((after) => deps.cases.listCases(due, after, 100))) {
    const news = page.filter(({ value }) => escalatedCase(value, now) !== value);
    for (const { value } of news) late.push(...(await escalateOne(value.id, now, deps)));
  }
  return late;
}

function escalateOne(
  id: string,
  now: Instant,
  deps: Pick<CaseDeps, 'cases' | 'events'> & Retrying,
): Promise<ServiceCase[]> {
  return retried(async () => {
    const { value, version } = await existingCase(id, deps);
    const next = escalatedCase(value, now);
    if (next === value) return [];
    await deps.cases.saveCase({ value: next, version });
    await deps.events?.tell([caseEvent('case.escalated', next, now)]);
    return [next];
  }, deps);
}

/** An entry of the audit log. */
export function caseChange(
  action: string,
  { id }: ServiceCase,
  actor: Actor,
  at: Instant,
  changed: readonly string[],
): AuditedChange {
  return { actor, at, action, target: `case/${id}`, changed };
}
