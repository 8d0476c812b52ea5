import type { MessageRequest } from '../../contracts/http/sending.ts';
import { sameContent } from '../../domain/canonical.ts';
import { addressOf } from '../../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { normaliseEmail, normalisePhone } from '../../domain/customers/identity.ts';
import { hourMs } from '../../domain/durations.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import { lastShop } from '../../domain/journeys/last-purchase.ts';
import { orderRef, shopOfRef } from '../../domain/orders/order.ts';
import { planned, type Touch, type TouchPlan, touchIdOf, touchName } from '../../domain/touches/touch.ts';
import { findCustomer, readCustomer } from '../customers/find-customer.ts';
import type { TemplateReader } from '../marketing-ports.ts';
import type { Clock, CustomerStore, ShopReader } from '../ports.ts';
import { templateProblems } from './check-template.ts';
import type { Renderer, TouchQueues, TouchStore } from './messaging-ports.ts';
import { addressKeyOf } from './plan-touches.ts';

export interface SendMessageDeps {
  readonly store: CustomerStore;
  readonly touches: TouchStore;
  readonly queues: TouchQueues;
  readonly templates: TemplateReader;
  readonly renderer: Renderer;
  readonly shops: ShopReader;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
}

/**
 * Plans one transactional message and calls for it (DOMAIN 10a). The same key plans once: whoever lost the answer asks again.
 * @throws NotFoundError without such a customer, InvalidInputError, StateConflictError for another template or other vars under the same key
 */
export async function sendMessage(
  request: MessageRequest,
  deps: SendMessageDeps,
): Promise<{ readonly touch: Touch; readonly repeated: boolean }> {
  const file = await customerOf(request, deps);
  const plan = await planFor(request, file, deps);
  await refuseUnfit(request, plan, deps);
  const now = deps.clock.now();
  const touch = planned(plan, touchIdOf(plan, deps.identityHash), now, now);
  const isNew = await deps.touches.plan(touch);
  const known = isNew ? touch : await readKnown(touch, deps);
  if (known.template !== touch.template || !sameContent(known.vars ?? {}, touch.vars ?? {})) {
    throw new StateConflictError('This idempotencyKey has planned another message to this customer.');
  }
  if (known.state === 'planned') await deps.queues.call([{ customer: known.customer, channel: known.channel }]);
  return { touch: known, repeated: !isNew };
}

async function readKnown(touch: Touch, { touches }: SendMessageDeps): Promise<Touch> {
  const { touches: known } = await touches.readLive({ touches: [touch] });
  return known.get(touchName(touch))?.value ?? touch;
}

async function customerOf(
  { customer, to = '', channel }: MessageRequest,
  deps: SendMessageDeps,
): Promise<CustomerFile> {
  if (customer !== undefined) {
    const file = await readCustomer(customer, deps.store);
    if (!file) throw new NotFoundError('There is no such customer.');
    return file;
  }
  const kind = channel === 'sms' ? 'phone' : 'email';
  const value = kind === 'phone' ? normalisePhone(to) : normaliseEmail(to);
  if (value === undefined) {
    const message = kind === 'phone' ? 'must be a phone with its country: +8613800138000' : 'must be an email address';
    throw new InvalidInputError([{ field: 'to', message }]);
  }
  const file = await findCustomer({ kind, value }, deps.identityHash, deps.store);
  if (!file) throw new NotFoundError('There is no customer with this address.');
  if (channel !== 'webhook' && addressOf(file, channel) !== value) {
    throw new InvalidInputError([{ field: 'to', message: 'is not the address this customer is written to' }]);
  }
  return file;
}

async function planFor(request: MessageRequest, file: CustomerFile, deps: SendMessageDeps): Promise<TouchPlan> {
  const { channel, templateId, vars, order, purpose, expiresAfterHours, idempotencyKey } = request;
  const now = deps.clock.now();
  const shop = request.shop ?? shopOf(order, file) ?? lastShop(file, now);
  if (shop === undefined) {
    throw new InvalidInputError([{ field: 'shop', message: 'is needed here: this customer has bought nothing yet' }]);
  }
  if (!(await deps.shops.shop(shop))) {
    throw new InvalidInputError([{ field: 'shop', message: 'must be a shop that is connected' }]);
  }
  const ref = order === undefined ? undefined : orderRef(shop, order);
  if (ref !== undefined && !file.orders.has(ref)) {
    throw new InvalidInputError([{ field: 'order', message: 'is no order of this customer' }]);
  }
  const address = addressOf(file, channel);
  return {
    customer: file.id,
    origin: { type: 'message', id: 'api', version: 1, step: 'send' },
    occurrence: `key ${idempotencyKey}`,
    channel,
    class: 'transactional',
    purpose,
    priority: 50,
    template: templateId,
    ...(vars && { vars }),
    ...(ref !== undefined && { order: ref }),
    shop,
    occurredAt: now,
    expiresAt: now + expiresAfterHours * hourMs,
    ...(address !== undefined && { plannedAddress: addressKeyOf(channel, address, deps.identityHash) }),
  };
}

/** The shop of an order of theirs; undefined where none or several have one of this id. */
function shopOf(order: string | undefined, { orders }: CustomerFile): string | undefined {
  if (order === undefined) return undefined;
  const [shop, ...others] = [...orders.keys()].map(shopOfRef).filter((one) => orders.has(orderRef(one, order)));
  return others.every((one) => one === shop) ? shop : undefined;
}

async function refuseUnfit(
  { templateId, channel, vars = {} }: MessageRequest,
  { order }: TouchPlan,
  deps: SendMessageDeps,
): Promise<void> {
  const situation = {
    class: 'transactional',
    order: order !== undefined,
    refund: false,
    coupon: false,
    trigger: Object.keys(vars),
  } as const;
  const problems = await templateProblems({ template: templateId, channel }, situation, deps);
  if (problems.length > 0) {
    throw new InvalidInputError(problems.map((message) => ({ field: 'templateId', message })));
  }
}
