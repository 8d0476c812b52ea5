import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoDeliveryLog } from '../../../shared/adapters/dynamodb/workspace/deliveries.ts';
import { dynamoSubscriptionStore } from '../../../shared/adapters/dynamodb/workspace/subscriptions.ts';
import { eventPoster, subscriptionKey } from '../../../shared/adapters/events/event-poster.ts';
import { type Work, workSchema } from '../../../shared/contracts/work.ts';
import type { DomainEvent } from '../../../shared/domain/events/event.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { Subscription } from '../../../shared/usecases/events/event-ports.ts';
import { handOutEvent, tellAgain } from '../../../shared/usecases/events/hand-out-event.ts';
import { queuedEvents } from '../../../shared/usecases/events/tell-events.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';

const root = Buffer.from('a root key of thirty-two bytes..');
const start = Date.UTC(2026, 10, 23, 8);
const hour = 3_600_000;

let tables: LocalTables;
let receiver: Server;
/** What the other system heard, and what it answers. */
let heard: { id: string; headers: Record<string, string>; body: string }[] = [];
let answers: number[] = [];
beforeAll(async () => {
  tables = await startTables();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      heard.push({ id: headers['webhook-id'] ?? '', headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  receiver.close();
  await tables.stop();
});

interface World {
  time: number;
  readonly work: { readonly work: Work; readonly delay: number }[];
  readonly onBus: DomainEvent[];
}
let world: World;
let names = 0;
beforeEach(() => {
  heard = [];
  answers = [];
  world = { time: start, work: [], onBus: [] };
});

/** A workspace of its own: kinds are told apart by table, so every test has its own subscriptions removed before it. */
function depsOf(eventBus = false) {
  // Signed times are checked against the real clock, so the poster has that one.
  const clock = { now: () => world.time };
  const workspace = { client: tables.client, name: tables.tableNames.workspace };
  const subscriptions = dynamoSubscriptionStore(workspace, { now: () => ++names * 10_000 });
  const settings = { settings: async () => ({ ...defaultSettings, eventBus }) };
  const work = {
    send: async (one: Work, delay = 0) => void world.work.push({ work: workSchema.parse(one), delay }),
  };
  return {
    subscriptions,
    listeners: () => subscriptions.listeners(),
    deliveries: dynamoDeliveryLog(workspace, clock),
    bus: { put: async (event: DomainEvent) => void world.onBus.push(event) },
    poster: eventPoster({ key: root, plainHttp: true, clock: { now: () => Date.now() } }),
    settings,
    work,
    clock,
  };
}

type Deps = ReturnType<typeof depsOf>;

async function subscribed(deps: Deps, events: readonly string[]): Promise<Subscription> {
  const { items } = await deps.subscriptions.listSubscriptions(undefined, 100);
  const change = {
    actor: { keyId: 'k', name: 'k', role: 'admin' as const, requestId: 'r' },
    at: start,
    action: 'removed',
  };
  for (const { value, version } of items) {
    await deps.subscriptions.removeSubscription(value.id, version, { ...change, target: value.id, changed: [] });
  }
  const { port } = receiver.address() as AddressInfo;
  const value: Subscription = {
    id: `erp-${++names}`,
    url: `http://127.0.0.1:${port}/hook`,
    events,
    enabled: true,
    secretNumber: 1,
    createdAt: start,
    updatedAt: start,
  };
  await deps.subscriptions.saveSubscription({ value, version: 0 });
  return value;
}

const paid = (order = `north#${++names}`): DomainEvent => ({
  id: `paid ${order}`,
  type: 'order.paid',
  occurredAt: start - 60_000,
  data: { order, amount: '128.00', currency: 'CNY' },
});

/** Does the work there is, and what follows from it, as far as it is due. */
async function workOff(deps: Deps): Promise<void> {
  for (let next = world.work.shift(); next; next = world.work.shift()) {
    world.time += next.delay * 1000;
    if (next.work.type === 'event.out') await handOutEvent(next.work, deps);
  }
}

describe('an event for other systems', () => {
  test('is told to who asked for it, signed as Standard Webhooks has it, and to nobody else', async () => {
    const deps = depsOf();
    const subscription = await subscribed(deps, ['order.*']);
    const event = paid();
    await queuedEvents(deps).tell([event, { ...paid(), type: 'stage.changed' }]);
    await workOff(deps);
    expect(heard.map(({ id }) => id)).toEqual([event.id]);
    const secret = subscriptionKey(root, subscription).toString('base64');
    const [one] = heard;
    expect(new Webhook(secret).verify(one?.body ?? '', one?.headers ?? {})).toEqual({
      type: 'order.paid',
      timestamp: '2026-11-23T07:59:00Z',
      data: event.data,
    });
    expect(world.onBus).toEqual([]);
    expect(await deps.deliveries.readDelivery(subscription.id, event.id)).toMatchObject({
      state: 'delivered',
      tries: 1,
      answer: '204',
    });
  });

  test('comes to the bus where that is switched on, and twice at once is told once', async () => {
    const deps = depsOf(true);
    await subscribed(deps, ['*']);
    const event = paid();
    await queuedEvents(deps).tell([event]);
    await queuedEvents(deps).tell([event]);
    await workOff(deps);
    expect(world.onBus).toEqual([event]);
    expect(heard).toHaveLength(1);
  });

  test('costs no message where nobody listens', async () => {
    const deps = depsOf();
    await subscribed(deps, ['case.opened']);
    expect(await queuedEvents(deps).isHeard('order.paid')).toBe(false);
    await queuedEvents(deps).tell([paid()]);
    expect(world.work).toEqual([]);
  });

  test('is tried again with longer and longer pauses until it is taken', async () => {
    const deps = depsOf();
    const subscription = await subscribed(deps, ['*']);
    answers = [500, 503, 302, 429];
    const event = paid();
    await queuedEvents(deps).tell([event]);
    await workOff(deps);
    expect(heard).toHaveLength(5);
    // 6 s, 1, 5 and 30 minutes.
    expect(world.time - start).toBe((6 + 60 + 300 + 1800) * 1000);
    const delivery = await deps.deliveries.readDelivery(subscription.id, event.id);
    expect(delivery).toMatchObject({ state: 'delivered', tries: 5 });
  });

  test('is given up after a day, and told again on request', async () => {
    const deps = depsOf();
    const subscription = await subscribed(deps, ['*']);
    answers = Array.from({ length: 9 }, () => 500);
    const event = paid();
    await queuedEvents(deps).tell([event]);
    await workOff(deps);
    expect(heard).toHaveLength(9);
    expect((world.time - start) / hour).toBeGreaterThan(24);
    expect(await deps.deliveries.readDelivery(subscription.id, event.id)).toMatchObject({
      state: 'failed',
      answer: '500',
    });
    expect(await tellAgain(subscription.id, event.id, deps)).toBe(true);
    await workOff(deps);
    expect(heard).toHaveLength(10);
    const { items } = await deps.deliveries.listDeliveries(subscription.id, undefined, 10);
    expect(items).toEqual([expect.objectContaining({ state: 'delivered', tries: 1 })]);
  });

  test('ends the subscription of who answers that they are gone', async () => {
    const deps = depsOf();
    const subscription = await subscribed(deps, ['*']);
    answers = [410];
    await queuedEvents(deps).tell([paid()]);
    await workOff(deps);
    const stopped = await deps.subscriptions.readSubscription(subscription.id);
    expect(stopped?.value).toMatchObject({ enabled: false, stoppedBecause: 'gone' });
    await queuedEvents(depsOf()).tell([paid()]);
    expect(world.work).toEqual([]);
  });

  test('that nobody answers waits and says why', async () => {
    const deps = depsOf();
    const subscription = await subscribed(deps, ['*']);
    const { version } = (await deps.subscriptions.readSubscription(subscription.id)) ?? { version: 0 };
    const nowhere = { ...subscription, url: 'http://127.0.0.1:59998/' };
    await deps.subscriptions.saveSubscription({ value: nowhere, version });
    const event = paid();
    await handOutEvent({ type: 'event.out', event, subscription: subscription.id, tries: 0 }, deps);
    expect(await deps.deliveries.readDelivery(subscription.id, event.id)).toMatchObject({
      state: 'waiting',
      answer: 'ECONNREFUSED',
      nextAt: start + 6000,
    });
  });
});
