import { describe, expect, it } from 'vitest';
import { indexWriteUnits, itemBytes, readUnits, writeUnits } from '../../../infra/local/usage/capacity.ts';
import { CapacityPricer } from '../../../infra/local/usage/meter.ts';

describe('item sizes', () => {
  it('counts names and values in UTF-8 bytes', () => {
    expect(itemBytes({ id: { S: 'abc' } })).toBe(5);
    expect(itemBytes({ ü: { S: '中' } })).toBe(5);
    expect(itemBytes({ a: { BOOL: true }, b: { NULL: true } })).toBe(4);
  });

  it('counts numbers by significant digits', () => {
    expect(itemBytes({ n: { N: '1' } })).toBe(3);
    expect(itemBytes({ n: { N: '1000' } })).toBe(3);
    expect(itemBytes({ n: { N: '123.45' } })).toBe(5);
    expect(itemBytes({ n: { N: '-123.45' } })).toBe(6);
  });

  it('counts containers and their members', () => {
    expect(itemBytes({ l: { L: [] } })).toBe(4);
    expect(itemBytes({ l: { L: [{ S: 'ab' }] } })).toBe(7);
    expect(itemBytes({ m: { M: { k: { S: 'v' } } } })).toBe(7);
    expect(itemBytes({ s: { SS: ['a', 'bc'] }, b: { B: 'AAAA' } })).toBe(8);
  });
});

describe('units', () => {
  it('reads in steps of 4 KB: half when eventually consistent, double in a transaction', () => {
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, 'strong'))).toEqual([1, 1, 2]);
    expect(readUnits(4097, 'eventual')).toBe(1);
    expect(readUnits(100, 'transactional')).toBe(2);
  });

  it('writes in steps of 1 KB: double in a transaction', () => {
    expect([0, 1024, 1025].map((bytes) => writeUnits(bytes, false))).toEqual([1, 1, 2]);
    expect(writeUnits(1025, true)).toBe(4);
  });

  it('pays for an index only when its entry changes', () => {
    const entry = (key: string, content = key) => ({ bytes: 100, key, content });
    expect(indexWriteUnits(undefined, undefined)).toBe(0);
    expect(indexWriteUnits(undefined, entry('a'))).toBe(1);
    expect(indexWriteUnits(entry('a'), entry('a'))).toBe(0);
    expect(indexWriteUnits(entry('a'), entry('a', 'other'))).toBe(1);
    expect(indexWriteUnits(entry('a'), entry('b'))).toBe(2);
    expect(indexWriteUnits(entry('a'), undefined)).toBe(1);
  });
});

describe('pricing of requests', () => {
  const table = {
    name: 't',
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] as const,
    indexes: [
      {
        name: 'due',
        local: false,
        keySchema: [
          { AttributeName: 'shard', KeyType: 'HASH' },
          { AttributeName: 'due', KeyType: 'RANGE' },
        ] as const,
        projection: 'KEYS_ONLY' as const,
        included: [],
      },
    ],
  };
  const units = (pricer: CapacityPricer, operation: string, input: object, output = {}) =>
    pricer
      .price(operation, input as Record<string, unknown>, output)
      .reduce((total, charge) => total + charge.readUnits + charge.writeUnits, 0);
  const item = (due?: string, text = 'x') => ({
    id: { S: '1' },
    text: { S: text },
    ...(due === undefined ? {} : { shard: { S: 'a' }, due: { S: due } }),
  });
  const put = (Item: object) => ({ TableName: 't', Item });

  it('prices a put by what it changes in the index', () => {
    const pricer = new CapacityPricer([table]);
    expect(units(pricer, 'PutItem', put(item()))).toBe(1);
    expect(units(pricer, 'PutItem', put(item('2026')))).toBe(2);
    expect(units(pricer, 'PutItem', put(item('2026', 'other')))).toBe(1);
    expect(units(pricer, 'PutItem', put(item('2027')))).toBe(3);
    expect(units(pricer, 'PutItem', put(item()))).toBe(2);
  });

  it('knows an item again whose attributes were read in another order', () => {
    const pricer = new CapacityPricer([table]);
    const read = Object.fromEntries(Object.entries(item('2026')).reverse());
    units(pricer, 'GetItem', { TableName: 't', Key: { id: { S: '1' } } }, { Item: read });
    expect(units(pricer, 'PutItem', put(item('2026', 'other')))).toBe(1);
  });

  it('prices a write by the larger of the old and the new item', () => {
    const pricer = new CapacityPricer([table]);
    expect(units(pricer, 'PutItem', put(item(undefined, 'x'.repeat(3000))))).toBe(3);
    expect(units(pricer, 'PutItem', put(item()))).toBe(3);
    expect(units(pricer, 'DeleteItem', { TableName: 't', Key: { id: { S: '1' } } })).toBe(1);
  });

  it('doubles the items of a transaction, checks included', () => {
    const pricer = new CapacityPricer([table]);
    const TransactItems = [
      { Put: put(item()) },
      { ConditionCheck: { TableName: 't', Key: { id: { S: '2' } } } },
      {
        Update: {
          TableName: 't',
          Key: { id: { S: '3' } },
          UpdateExpression: 'SET a = :a',
          ExpressionAttributeValues: { ':a': { S: 'b' } },
        },
      },
    ];
    expect(units(pricer, 'TransactWriteItems', { TransactItems })).toBe(6);
  });

  it('rounds a batch item by item and a page as a whole, and pays for what is not there', () => {
    const pricer = new CapacityPricer([table]);
    const Keys = [{ id: { S: '1' } }, { id: { S: '2' } }];
    expect(units(pricer, 'BatchGetItem', { RequestItems: { t: { Keys } } }, { Responses: { t: [item()] } })).toBe(1);
    const Items = Array.from({ length: 10 }, () => item(undefined, 'x'.repeat(500)));
    expect(units(pricer, 'Query', { TableName: 't' }, { Items, Count: 10, ScannedCount: 10 })).toBe(1);
  });
});
