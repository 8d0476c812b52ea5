import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { runsOf } from '../../config/runs.ts';
import { arbitraryDelivery, arbitraryMixedDelivery } from '../../support/arbitrary-orders.ts';
import { expectedGroups, factsOfAll, groupsIn, recordAll, recordMixed, recordOne } from '../../support/converge.ts';

describe('convergence of customer files (guarantee 1), on the store in memory', () => {
  test('any permutation and duplication of the webhooks gives the same files', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ inOrder, shuffled }) => {
        const [one, other] = [new MemoryCustomerStore(), new MemoryCustomerStore()];
        await recordAll(inOrder, one);
        await recordAll(shuffled, other);
        expect(factsOfAll(other.livingFiles())).toEqual(factsOfAll(one.livingFiles()));
      }),
      { numRuns: runsOf(300) },
    );
  });

  test('customers are the connected components of the identities that link, resellers left out', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ inOrder, shuffled }) => {
        const store = new MemoryCustomerStore();
        await recordAll(shuffled, store);
        expect(groupsIn(store.livingFiles())).toEqual(expectedGroups(inOrder));
      }),
      { numRuns: runsOf(300) },
    );
  });

  test('updates that come outside orders converge with them', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryMixedDelivery, async ({ inOrder, shuffled }) => {
        const [one, other] = [new MemoryCustomerStore(), new MemoryCustomerStore()];
        await recordMixed(inOrder, one);
        await recordMixed(shuffled, other);
        expect(factsOfAll(other.livingFiles())).toEqual(factsOfAll(one.livingFiles()));
      }),
      { numRuns: runsOf(300) },
    );
  });

  test('requests that interleave in any way give the same files', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryMixedDelivery, fc.scheduler(), async ({ inOrder, shuffled }, scheduler) => {
        const [calm, crowded] = [new MemoryCustomerStore(), new MemoryCustomerStore()];
        await recordMixed(inOrder, calm);
        const store = interleaved(crowded, scheduler);
        const done = Promise.all(shuffled.map((event) => untilRecorded(() => recordOne(event, store))));
        await scheduler.waitFor(done);
        expect(factsOfAll(crowded.livingFiles())).toEqual(factsOfAll(calm.livingFiles()));
      }),
      { numRuns: runsOf(200) },
    );
  });
});

/** The store, each of whose requests waits for its turn, which the scheduler draws. */
function interleaved(store: MemoryCustomerStore, scheduler: fc.Scheduler): MemoryCustomerStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

/** As the queue would bring it: again, until it is in. */
async function untilRecorded(record: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await record();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
