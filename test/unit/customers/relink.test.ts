import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { relinkPart } from '../../../shared/usecases/customers/relink-identities.ts';
import type { RunStep } from '../../../shared/usecases/ports.ts';
import { runsOf } from '../../config/runs.ts';
import { arbitraryDelivery } from '../../support/arbitrary-orders.ts';
import { expectedGroups, factsOfAll, groupsIn, recordAll, recordingDeps } from '../../support/converge.ts';

async function relinkEverything(store: MemoryCustomerStore, buyersPerIdentity: number): Promise<RunStep[]> {
  const steps: RunStep[] = [];
  const deps = {
    ...recordingDeps(store),
    store,
    settings: { settings: async () => ({ ...defaultSettings, buyersPerIdentity }) },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
    onFailure: (_name: string, error: unknown) => {
      throw error;
    },
    runs: {
      startRun: async () => true,
      readRun: async () => undefined,
      stepDone: async (_run: string, step: RunStep) => void steps.push(step),
    },
    work: { send: async () => undefined },
  };
  for (const scan of ['identities', 'orders'] as const) {
    const part = { type: 'identities.relink', run: 'r', asOf: 0, scan, segment: 0, segments: 1 } as const;
    await relinkPart(part, () => 60_000, deps);
  }
  return steps;
}

test('another limit of buyers per identity gives the files it would have given from the start', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDelivery, fc.constantFrom(1, 2, 5), async ({ inOrder, shuffled }, limit) => {
      const [changed, fresh] = [new MemoryCustomerStore(), new MemoryCustomerStore()];
      await recordAll(shuffled, changed);
      await relinkEverything(changed, limit);
      await recordAll(inOrder, fresh, { ...defaultSettings, buyersPerIdentity: limit });
      expect(groupsIn(changed.livingFiles())).toEqual(expectedGroups(inOrder, limit));
      expect(factsOfAll(changed.livingFiles())).toEqual(factsOfAll(fresh.livingFiles()));
    }),
    { numRuns: runsOf(200) },
  );
});

test('looking again under the same limit changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDelivery, async ({ shuffled }) => {
      const store = new MemoryCustomerStore();
      await recordAll(shuffled, store);
      const before = JSON.stringify([...store.files, ...store.identities, ...store.orders]);
      await relinkEverything(store, defaultSettings.buyersPerIdentity);
      expect(JSON.stringify([...store.files, ...store.identities, ...store.orders])).toBe(before);
    }),
    { numRuns: runsOf(100) },
  );
});
