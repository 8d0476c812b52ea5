import { afterAll, beforeAll, expect, test } from 'vitest';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoLinkedTouches } from '../../../shared/adapters/dynamodb/linked-touches.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { aTouch } from '../../support/touches.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';
import { type StoresUnderTest, touchStoreSuite } from '../../support/touches-store-suite.ts';

let tables: LocalTables;
let stores: StoresUnderTest;
beforeAll(async () => {
  tables = await startTables();
  stores = {
    customers: new DynamoCustomerStore(tables.client, tables.tableNames),
    touches: touchesOnTables(tables),
  };
});
afterAll(() => tables.stop());

touchStoreSuite('the store of touches on DynamoDB', () => stores, 60);

test('a touch is found by the name its links carry, and by none before it has one', async () => {
  const linked = dynamoLinkedTouches(tables.client, tables.tableNames.touches);
  const [one, other] = ['one', 'other'].map((occurrence) => aTouch({ channel: 'sms', customer: 'linked', occurrence }));
  if (!one || !other) throw new Error('two touches');
  await stores.touches.plan(one);
  await stores.touches.plan({ ...other, linkName: 'sharedNm' });
  expect(await linked.touchesNamed('sharedNm')).toEqual([{ customer: 'linked', id: other.id }]);
  await stores.touches.commit({ touches: [{ value: { ...one, linkName: 'sharedNm' }, version: 1 }] });
  const found = await linked.touchesNamed('sharedNm');
  expect(found.map(({ id }) => id).toSorted()).toEqual([one.id, other.id].toSorted());
  expect((await stores.touches.readTouch(one))?.value.linkName).toBe('sharedNm');
  expect(await linked.touchesNamed('nothing1')).toEqual([]);
});
