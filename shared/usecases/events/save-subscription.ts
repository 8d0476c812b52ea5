import type { NewSubscription, SubscriptionChange } from '../../contracts/http/outbound.ts';
import { NotFoundError, StateConflictError } from '../../domain/errors.ts';
import { type Actor, type Clock, ConflictError, type Versioned, type WorkQueue } from '../ports.ts';
import type { Subscription, SubscriptionStore } from './event-ports.ts';

export interface SubscriptionDeps {
  readonly subscriptions: SubscriptionStore;
  readonly work: WorkQueue;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** @throws StateConflictError where the id is taken */
export async function subscribe(
  { id, url, events }: NewSubscription,
  actor: Actor,
  { subscriptions, clock }: SubscriptionDeps,
): Promise<Versioned<Subscription>> {
  const at = clock.now();
  const value: Subscription = { id, url, events, enabled: true, secretNumber: 1, createdAt: at, updatedAt: at };
  const change = {
    actor,
    at,
    action: 'subscription.created',
    target: `subscription/${id}`,
    changed: ['url', 'events'],
  };
  try {
    await subscriptions.saveSubscription({ value, version: 0 }, change);
  } catch (error) {
    if (error instanceof ConflictError) throw new StateConflictError(`There is a subscription ${id} already.`);
    throw error;
  }
  return { value, version: 1 };
}

/** @throws NotFoundError, ConflictError where somebody changes it at this moment */
export async function changeSubscription(
  id: string,
  { newSecret, ...wanted }: SubscriptionChange,
  actor: Actor,
  deps: SubscriptionDeps,
): Promise<Versioned<Subscription>> {
  const { value: before, version } = await existingSubscription(id, deps);
  const at = deps.clock.now();
  const { stoppedBecause, ...rest } = before;
  const enabled = wanted.enabled ?? before.enabled;
  const value: Subscription = {
    ...rest,
    url: wanted.url ?? before.url,
    events: wanted.events ?? before.events,
    enabled,
    secretNumber: before.secretNumber + (newSecret ? 1 : 0),
    ...(stoppedBecause && !enabled && { stoppedBecause }),
    updatedAt: at,
  };
  const changed = [...Object.keys(wanted), ...(newSecret ? ['secret'] : [])];
  const change = { actor, at, action: 'subscription.changed', target: `subscription/${id}`, changed };
  await deps.subscriptions.saveSubscription({ value, version }, change);
  return { value, version: version + 1 };
}

/** @throws NotFoundError */
export async function unsubscribeFromEvents(id: string, actor: Actor, deps: SubscriptionDeps): Promise<void> {
  const { version } = await existingSubscription(id, deps);
  const change = {
    ...{ actor, at: deps.clock.now(), action: 'subscription.removed' },
    ...{ target: `subscription/${id}`, changed: [] },
  };
  await deps.subscriptions.removeSubscription(id, version, change);
}

/** Sends a `ping`, to see whether the other end takes it. @returns the id under which its delivery will be listed */
export async function ping(id: string, deps: SubscriptionDeps): Promise<string> {
  await existingSubscription(id, deps);
  const event = { id: `ping-${deps.newId()}`, type: 'ping', occurredAt: deps.clock.now(), data: {} } as const;
  await deps.work.send({ type: 'event.out', event, subscription: id, tries: 0 });
  return event.id;
}

/** @throws NotFoundError */
export async function existingSubscription(
  id: string,
  { subscriptions }: Pick<SubscriptionDeps, 'subscriptions'>,
): Promise<Versioned<Subscription>> {
  const found = await subscriptions.readSubscription(id);
  if (!found) throw new NotFoundError('There is no such subscription.');
  return found;
}
