import type { Work } from '../../contracts/work.ts';
import { type DomainEvent, nextTryAt, wants } from '../../domain/events/event.ts';
import { type Clock, ConflictError, type SettingsReader, type WorkQueue } from '../ports.ts';
import type { DeliveryLog, EventBus, EventPoster, Subscription, SubscriptionStore } from './event-ports.ts';

export interface HandOutDeps {
  readonly subscriptions: SubscriptionStore;
  readonly deliveries: DeliveryLog;
  readonly bus: EventBus;
  readonly poster: EventPoster;
  readonly settings: SettingsReader;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

export type EventWork = Extract<Work, { type: 'event.out' }>;

/** A message in the queue waits no longer than this. */
const longestDelaySeconds = 900;

/**
 * One step of telling an event: at first to the bus and to a message for each that listens, then to one of these, again
 * and again until it takes it or a day is over. The mark that it was handed out is set last: at least once, seldom twice.
 */
export async function handOutEvent(work: EventWork, deps: HandOutDeps): Promise<void> {
  const { event } = work;
  if (work.subscription !== undefined) return deliver(work, work.subscription, deps);
  if (!(await deps.deliveries.isNew(event.id))) return;
  if ((await deps.settings.settings(deps.clock.now())).eventBus) await deps.bus.put(event);
  for (const { id, enabled, events } of await deps.subscriptions.listeners()) {
    if (enabled && wants(events, event.type)) await deps.work.send({ ...work, subscription: id });
  }
  await deps.deliveries.markHandedOut(event.id);
}

async function deliver(work: EventWork, id: string, deps: HandOutDeps): Promise<void> {
  const now = deps.clock.now();
  const left = (work.notBefore ?? now) - now;
  if (left > 0) return deps.work.send(work, Math.min(longestDelaySeconds, Math.ceil(left / 1000)));
  const found = await deps.subscriptions.readSubscription(id);
  if (!found?.value.enabled) return;
  const { ok, answer } = await deps.poster.post(work.event, found.value);
  const tries = work.tries + 1;
  const about = { subscription: id, event: work.event, tries, answer, at: now };
  if (ok) return deps.deliveries.record({ ...about, state: 'delivered' });
  // The other end says that it will never come back.
  if (answer === '410') await stop(found, deps);
  const nextAt = answer === '410' ? undefined : nextTryAt(tries, now);
  await deps.deliveries.record({
    ...about,
    state: nextAt === undefined ? 'failed' : 'waiting',
    ...(nextAt && { nextAt }),
  });
  if (nextAt === undefined) return;
  const delay = Math.min(longestDelaySeconds, Math.ceil((nextAt - now) / 1000));
  await deps.work.send({ ...work, tries, notBefore: nextAt }, delay);
}

async function stop(
  { value, version }: { readonly value: Subscription; readonly version: number },
  { subscriptions, clock }: HandOutDeps,
): Promise<void> {
  const stopped: Subscription = { ...value, enabled: false, stoppedBecause: 'gone', updatedAt: clock.now() };
  try {
    await subscriptions.saveSubscription({ value: stopped, version });
  } catch (error) {
    // Somebody changes it at this moment, who knows better.
    if (!(error instanceof ConflictError)) throw error;
  }
}

/** An event tried again on request, whatever became of it. @returns false where there was none */
export async function tellAgain(
  subscription: string,
  event: DomainEvent['id'],
  deps: Pick<HandOutDeps, 'deliveries' | 'work'>,
): Promise<boolean> {
  const known = await deps.deliveries.readDelivery(subscription, event);
  if (!known) return false;
  await deps.work.send({ type: 'event.out', event: { ...known.event }, subscription, tries: 0 });
  return true;
}
