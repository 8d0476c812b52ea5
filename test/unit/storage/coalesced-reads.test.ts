import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coalescedReads } from '../../../shared/adapters/dynamodb/coalesced-reads.ts';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../../shared/adapters/memory/touch-store.ts';
import {
  emptyAddressRow,
  emptyContactRow,
  withBlock,
  withDenial,
} from '../../../shared/domain/contact-policy/standing.ts';
import { emptyFile } from '../../../shared/domain/customers/customer-file.ts';
import type { LiveKeys, LiveRows } from '../../../shared/usecases/messages/messaging-ports.ts';
import { StoreBusyError } from '../../../shared/usecases/ports.ts';

/** A store that keeps count of the keys of each read, and fails one where it is told to. */
class CountingStore extends MemoryTouchStore {
  readonly reads: number[] = [];
  fails: (keys: readonly string[]) => Error | undefined = () => undefined;

  override async readLive(keys: LiveKeys): Promise<LiveRows> {
    const { customers = [], contacts = [], addresses = [], orders = [], touches = [] } = keys;
    const named = [...customers, ...contacts, ...addresses, ...orders];
    this.reads.push(named.length + [...touches].length);
    const failure = this.fails(named);
    if (failure) throw failure;
    return super.readLive(keys);
  }
}

const ids = Array.from({ length: 8 }, (_, number) => `c_${number}`);

/** Half of the customers have a file, a row of contacts and an address. */
function storeOf(): CountingStore {
  const customers = new MemoryCustomerStore();
  const store = new CountingStore(customers);
  for (const [number, id] of ids.entries()) {
    if (number % 2 > 0) continue;
    customers.files.set(id, { value: { type: 'file', file: emptyFile(id) }, version: number + 1 });
    store.contacts.set(id, { value: withDenial(emptyContactRow(id), 'email', number), version: 3 });
    store.addresses.set(`e:${id}`, { value: withBlock(emptyAddressRow(`e:${id}`), 'bounce', number), version: 2 });
  }
  return store;
}

describe('reads asked for side by side', () => {
  test('are one request, and each gets its own rows and no others', async () => {
    const store = storeOf();
    const { readLive } = coalescedReads(store);
    const [first, second] = await Promise.all([
      readLive({ customers: ['c_0'], contacts: ['c_0'], addresses: ['e:c_0'] }),
      readLive({ customers: ['c_2'], contacts: ['c_1'] }),
    ]);
    expect(store.reads).toEqual([5]);
    expect([...first.files.keys(), ...first.contacts.keys(), ...first.addresses.keys()]).toEqual([
      'c_0',
      'c_0',
      'e:c_0',
    ]);
    expect([...second.files.keys(), ...second.contacts.keys(), ...second.addresses.keys()]).toEqual(['c_2', 'c_1']);
    expect(second.contacts.get('c_1')).toEqual({ value: emptyContactRow('c_1'), version: 0 });
  });

  test('answer as the store itself does, whatever is asked for', async () => {
    const some = fc.array(fc.constantFrom(...ids), { maxLength: 4 });
    const keysOf = fc
      .record({ customers: some, contacts: some, owners: some })
      .map(({ owners, ...keys }) => ({ ...keys, addresses: owners.map((id) => `e:${id}`) }));
    await fc.assert(
      fc.asyncProperty(fc.array(keysOf, { minLength: 1, maxLength: 6 }), async (all) => {
        const store = storeOf();
        const { readLive } = coalescedReads(store);
        const together = await Promise.all(all.map((keys) => readLive(keys)));
        expect(store.reads.length).toBe(1);
        expect(together).toEqual(await Promise.all(all.map((keys) => store.readLive(keys))));
      }),
    );
  });

  test('are cut where there are more than a hundred keys', async () => {
    const store = storeOf();
    const { readLive } = coalescedReads(store);
    const customers = (count: number) => Array.from({ length: count }, (_, number) => `c_${number}`);
    await Promise.all([60, 40, 1, 150, 20].map((count) => readLive({ customers: customers(count) })));
    expect(store.reads).toEqual([100, 1, 150, 20]);
  });
});

describe('a read asked for later', () => {
  test('sees what was written since', async () => {
    const store = storeOf();
    const { readLive } = coalescedReads(store);
    await readLive({ contacts: ['c_1'] });
    await store.commit({ contacts: [{ value: withDenial(emptyContactRow('c_1'), 'sms', 5), version: 0 }] });
    const { contacts } = await readLive({ contacts: ['c_1'] });
    expect(contacts.get('c_1')?.value.denied).toEqual({ sms: 5 });
    expect(store.reads.length).toBe(2);
  });
});

describe('a read that fails', () => {
  test('fails those alone who asked for what cannot be read', async () => {
    const store = storeOf();
    store.fails = (keys) => (keys.includes('c_3') ? new SyntaxError('no JSON') : undefined);
    const { readLive } = coalescedReads(store);
    const reads = await Promise.allSettled(['c_0', 'c_3', 'c_2'].map((id) => readLive({ customers: [id] })));
    expect(reads.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(reads[0]).toMatchObject({ value: { files: new Map([['c_0', expect.anything()]]) } });
    expect(reads[1]).toMatchObject({ reason: expect.any(SyntaxError) });
  });

  test('for a busy store fails for all, who do not ask again', async () => {
    const store = storeOf();
    store.fails = () => new StoreBusyError('throttled');
    const { readLive } = coalescedReads(store);
    const reads = await Promise.allSettled(['c_0', 'c_1', 'c_2'].map((id) => readLive({ customers: [id] })));
    expect(reads.map((read) => read.status === 'rejected' && read.reason)).toEqual(Array(3).fill(store.fails([])));
    expect(store.reads.length).toBe(1);
  });

  test('does not keep the next from being answered', async () => {
    const store = storeOf();
    store.fails = () => new StoreBusyError('throttled');
    const { readLive } = coalescedReads(store);
    await expect(readLive({ customers: ['c_0'] })).rejects.toThrow(StoreBusyError);
    store.fails = () => undefined;
    expect((await readLive({ customers: ['c_0'] })).files.size).toBe(1);
  });
});
