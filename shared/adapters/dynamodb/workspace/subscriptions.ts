import * as z from 'zod';
import type { Subscription, SubscriptionStore } from '../../../usecases/events/event-ports.ts';
import { everyPage } from '../../../usecases/every-page.ts';
import type { Clock, Versioned } from '../../../usecases/ports.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import {
  type Item,
  listValues,
  payloadOf,
  readItem,
  transact,
  versionedDelete,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'subscription';

const stored = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  secretNumber: z.int(),
  stoppedBecause: z.literal('gone').exactOptional(),
  createdAt: z.int(),
  updatedAt: z.int(),
});

/** Subscriptions by their id; who listens is remembered for a moment. */
export function dynamoSubscriptionStore(table: WorkspaceTable, clock: Clock): SubscriptionStore {
  const cache = new BriefCache<readonly Subscription[]>(clock, CACHE_LIFETIME_MS);
  const list = (after: string | undefined, limit: number) =>
    listValues(table, { kind: KIND, after, limit }, subscriptionOf);
  const readAll = async () => {
    const all: Subscription[] = [];
    for await (const page of everyPage((after) => list(after, 100))) all.push(...page.map(({ value }) => value));
    return all;
  };
  return {
    listeners: async () => (await cache.get('all', readAll)) ?? [],
    async readSubscription(id) {
      const item = await readItem(table, KIND, id);
      return item && subscriptionOf(item);
    },
    listSubscriptions: list,
    async saveSubscription({ value, version }, change) {
      const audit = change ? [auditPut(table, change)] : [];
      await transact(table, [versionedPut(table, KIND, value.id, version, value), ...audit]);
      cache.clear();
    },
    async removeSubscription(id, version, change) {
      await transact(table, [versionedDelete(table, KIND, id, version), auditPut(table, change)]);
      cache.clear();
    },
  };
}

function subscriptionOf(item: Item): Versioned<Subscription> {
  return { value: stored.parse(payloadOf(item)), version: versionOf(item) };
}
