import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type {
  ConsentSaid,
  CustomerPatch,
  customerChangeRoutes,
  PointsChangedJson,
} from '../../../shared/contracts/http/customer-changes.ts';
import type { Role } from '../../../shared/domain/access/roles.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { addressOf } from '../../../shared/domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../../shared/domain/customers/customer-file.ts';
import {
  consentField,
  consentSourceField,
  type Said,
  type Statement,
} from '../../../shared/domain/customers/statements.ts';
import { tagField } from '../../../shared/domain/customers/tags.ts';
import { InvalidInputError } from '../../../shared/domain/errors.ts';
import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import { grantField, membershipAt } from '../../../shared/domain/value/membership.ts';
import { pageOf } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import { changeCustomer } from '../../../shared/usecases/customers/change-customer.ts';
import { changePoints } from '../../../shared/usecases/customers/change-points.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { type CustomerViewDeps, customerViews } from '../../../shared/usecases/customers/show-customers.ts';
import type { RecordingDeps } from '../../../shared/usecases/orders/record-order.ts';
import type { Actor, AuditLog } from '../../../shared/usecases/ports.ts';
import { accountView, movementViews } from '../views/points.ts';

export interface CustomerChangeDeps extends CustomerViewDeps, RecordingDeps {
  readonly audit: Pick<AuditLog, 'record'>;
  readonly cursors: Cursors;
}

type Handlers = RouteHandlers<keyof typeof customerChangeRoutes>;

export function customerChangeHandlers(deps: CustomerChangeDeps): Handlers {
  return { ...sayingHandlers(deps), ...pointsHandlers(deps) };
}

/** What a customer is told to be: fields by name and value, decided on the file. */
type Saying = (file: CustomerFile) => Readonly<Record<string, Said>>;

function sayingHandlers(deps: CustomerChangeDeps): Pick<Handlers, 'changeCustomer' | 'tagCustomer' | 'grantTier'> {
  const say = async (id: string, action: string, actor: Actor, saying: Saying): Promise<HttpAnswer> => {
    const settings = await deps.settings.settings(deps.clock.now());
    const decide = (file: CustomerFile) => {
      const statements = saying(file);
      return { statements, outcome: Object.keys(statements) };
    };
    const { file, outcome } = await changeCustomer(id, decide, settings, deps);
    await audit(file, action, actor, outcome.map(withoutAddress), deps);
    return answer(file, actor.role, deps);
  };
  return {
    changeCustomer: ({ params, body, actor }) =>
      say(params.id, 'customer.changed', actor, (file) => statementsOf(body, file)),
    tagCustomer: ({ params, body: { add, remove }, actor }) =>
      say(params.id, 'customer.tagged', actor, () =>
        Object.fromEntries([
          ...add.map((tag) => [tagField(tag), true] as const),
          ...remove.map((tag) => [tagField(tag), false] as const),
        ]),
      ),
    async grantTier({ params, body: { tier, until }, actor }) {
      const { tiers } = await deps.settings.settings(deps.clock.now());
      const ids = tiers.levels.map(({ id }) => id);
      if (!ids.includes(tier)) {
        throw new InvalidInputError([{ field: 'tier', message: `must be one of ${ids.join(', ')}` }]);
      }
      return say(params.id, 'customer.tier_granted', actor, () => ({ [grantField(tier)]: until }));
    },
  };
}

function pointsHandlers(deps: CustomerChangeDeps): Pick<Handlers, 'customerPoints' | 'changePoints'> {
  return {
    async customerPoints({ params, query, actor: { role } }) {
      const file = await readCustomer(params.id, deps.store);
      if (!file) throw notFound('There is no such customer.');
      const now = deps.clock.now();
      const { points } = membershipAt(file, await deps.settings.settings(now), now);
      const page = pageOf(['points', file.id], movementViews(file, points, role), query, deps.cursors);
      return json({ ...accountView(points), ...page });
    },
    async changePoints({ params, body, actor }) {
      const settings = await deps.settings.settings(deps.clock.now());
      const { reason, coupon, ...asked } = body;
      const full = { ...asked, ...(reason !== undefined && { reason }), ...(coupon !== undefined && { coupon }) };
      const { file, outcome } = await changePoints(params.id, full, settings, deps);
      const { id, kind, at, points } = outcome.entry;
      await audit(file, `points.${kind}`, actor, ['points'], deps);
      const { balance } = membershipAt(file, settings, Math.max(at, deps.clock.now())).points;
      const changed: PointsChangedJson = {
        outcome: outcome.outcome,
        id,
        kind,
        at: formatInstant(at),
        points,
        balance,
      };
      return json(changed);
    },
  };
}

async function answer(file: CustomerFile, role: Role, deps: CustomerChangeDeps): Promise<HttpAnswer> {
  return json((await customerViews([file], role, deps)).get(file.id));
}

/** Also when it was so already: the first time, the entry may have been lost after the change. */
function audit(
  { id }: CustomerFile,
  action: string,
  actor: Actor,
  changed: readonly string[],
  deps: CustomerChangeDeps,
): Promise<void> {
  return deps.audit.record({ actor, at: deps.clock.now(), action, target: `customer/${id}`, changed });
}

/** `consent.sms:+8613800138000` names a person: the log is told of `consent.sms`. */
function withoutAddress(field: string): string {
  return /^consent\w*\./.test(field) ? (field.split(':', 1)[0] ?? field) : field;
}

/** What a patch states, field by field. @throws InvalidInputError for consent without an address */
function statementsOf(patch: CustomerPatch, file: CustomerFile): Record<string, Said> {
  const { region, attributes, consent, ...basics } = patch;
  const stated: Record<string, Said | undefined> = { ...basics, ...region };
  for (const [name, value] of Object.entries(attributes ?? {})) stated[`attr.${name}`] = value;
  for (const channel of ['sms', 'email'] as const) {
    const said = consent?.[channel];
    if (said) Object.assign(stated, consentStated(file, channel, said));
  }
  const known = Object.entries(stated).filter((entry): entry is [string, Said] => entry[1] !== undefined);
  return Object.fromEntries(known);
}

function consentStated(
  file: CustomerFile,
  channel: Channel,
  { isGranted, source }: ConsentSaid,
): Record<string, Statement> {
  const address = addressOf(file, channel);
  if (address === undefined) {
    const message = `needs ${channel === 'sms' ? 'a phone' : 'an email address'}, and the customer has none`;
    throw new InvalidInputError([{ field: `consent.${channel}`, message }]);
  }
  return {
    [consentField(channel, address)]: isGranted,
    ...(source !== undefined && { [consentSourceField(channel, address)]: source }),
  };
}
