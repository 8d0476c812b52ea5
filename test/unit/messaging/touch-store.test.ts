import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTouchItem, touchItem } from '../../../shared/adapters/dynamodb/touch-items.ts';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../../shared/adapters/memory/touch-store.ts';
import { isOpen, type Touch, touchIdOf } from '../../../shared/domain/touches/touch.ts';
import { identityHash } from '../../support/touches.ts';
import { someTouch, touchStoreSuite } from '../../support/touches-store-suite.ts';

const customers = new MemoryCustomerStore();
const touches = new MemoryTouchStore(customers);
touchStoreSuite('the store of touches in memory', () => ({ touches, customers }), 30);

test('an item of the table keeps every field, and stands in the index of what is due while it is open', () => {
  fc.assert(
    fc.property(someTouch, fc.constantFrom('own', 'other'), fc.nat(), (some, customer, version) => {
      const touch: Touch = { ...some, customer, id: touchIdOf(some, identityHash) };
      const item = touchItem({ value: touch, version });
      expect(readTouchItem(item)).toEqual({ value: touch, version: version + 1 });
      expect('dueShard' in item).toBe(isOpen(touch) && touch.dueAt !== undefined);
    }),
  );
});
