import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { arbitraryDelivery } from '../../support/arbitrary-orders.ts';
import { expectedGroups, factsOfAll, groupsIn, recordAll } from '../../support/converge.ts';

describe('convergence of customer files (guarantee 1), on the store in memory', () => {
  test('any permutation and duplication of the webhooks gives the same files', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ inOrder, shuffled }) => {
        const [one, other] = [new MemoryCustomerStore(), new MemoryCustomerStore()];
        await recordAll(inOrder, one);
        await recordAll(shuffled, other);
        expect(factsOfAll(other.livingFiles())).toEqual(factsOfAll(one.livingFiles()));
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  test('customers are the connected components of the identities that link, resellers left out', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ inOrder, shuffled }) => {
        const store = new MemoryCustomerStore();
        await recordAll(shuffled, store);
        expect(groupsIn(store.livingFiles())).toEqual(expectedGroups(inOrder));
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });
});
