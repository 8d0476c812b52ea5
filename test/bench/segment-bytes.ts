import { type Item as BilledItem, itemBytes } from '../../infra/local/usage/capacity.ts';
import type { Item } from '../../shared/adapters/dynamodb/customer-items.ts';
import { scanMembers } from '../../shared/usecases/segments/live-members.ts';
import { liveRule } from '../../shared/usecases/segments/live-rule.ts';
import { startTables } from '../support/dynamodb-local.ts';
import { watchAnswers } from '../support/sent-requests.ts';
import { customerBase, writeItems } from './customer-base.ts';
import { atMost, information, type Measure } from './measure.ts';
import { depsOn } from './segment-live.ts';
import { tenConditions } from './segment-rules.ts';

const asOf = Date.UTC(2026, 10, 23, 19);
const customers = 500;
const orders = 5;

export const segmentBytes: Measure = {
  name: 'segment-bytes',
  how:
    `Every request of a live segment of 10 conditions over ${customers} customers of ${orders} orders with two lines each, ` +
    'as webhooks make their files: bytes of the items that came back, by the rules of AWS (names and values in UTF-8), per customer.',
  async run() {
    const tables = await startTables();
    try {
      await writeItems(tables.client, tables.tableNames.customers, withOrders());
      const read = { bytes: 0, requests: 0 };
      watchAnswers(tables.client, ({ Items = [] }) => {
        read.requests++;
        const items = Items as readonly BilledItem[];
        read.bytes += items.reduce((sum, item) => sum + itemBytes(item), 0);
      });
      let seen = 0;
      const deps = depsOn(tables);
      await scanMembers(await liveRule(tenConditions, deps), deps.store, (page) => {
        seen += page.customers;
      });
      if (seen !== customers) throw new Error(`${seen} were seen`);
      if (read.bytes === 0) throw new Error('no item was seen in the answers');
      return [
        atMost('bytes read per customer at 5 orders each', read.bytes / customers, 1200, ' B', 0),
        information('requests', read.requests),
      ];
    } finally {
      await tables.stop();
    }
  },
};

function* withOrders(): Generator<Item> {
  let found = 0;
  // About one in seven has so many.
  for (const { file, item } of customerBase(customers * 50, 0, asOf)) {
    if (file.orders.size !== orders) continue;
    yield item;
    if (++found === customers) return;
  }
}
