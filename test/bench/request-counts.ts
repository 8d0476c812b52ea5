import { startTables } from '../support/dynamodb-local.ts';
import { intakeOnTables } from '../support/intake-on-tables.ts';
import { goesTo, meterOf, watchRequests } from '../support/sent-requests.ts';
import { type ShopEvent, shopEvents } from '../support/shop-orders.ts';
import { atMost, type Figure, information, type Measure } from './measure.ts';

const customers = 40;
const limits: Readonly<Record<ShopEvent['kind'], number>> = {
  "new customer's first order": 3,
  'further order': 3,
  milestone: 2,
};

export const requestCounts: Measure = {
  name: 'request-counts',
  how:
    `Every request the handler's client sends is counted and priced by the rules of AWS (item sizes, transactions double, ` +
    `index writes included), per event, one event at a time: ${customers} customers. The most that any event of the kind took ` +
    'counts. Shop and settings come from a cache of two seconds and are counted apart.',
  async run() {
    const tables = await startTables();
    const intake = await intakeOnTables(tables);
    const meter = meterOf(tables.tableNames);
    const tallies = new Map<ShopEvent['kind'], Tally>();
    let requests = 0;
    let cached = 0;
    watchRequests(tables.client, (request) => {
      if (goesTo(request, tables.tableNames.workspace)) cached++;
      else {
        requests++;
        meter.record('order-webhook', request.operation, request.input, request.output, request.failure);
      }
    });
    for (const { kind, event } of shopEvents(customers, Date.now())) {
      requests = 0;
      meter.reset();
      const { outcome } = await intake.deliver(event);
      if (outcome !== 'recorded') throw new Error(`event ${event.id} was answered ${outcome}`);
      const { readUnits, writeUnits } = meter.read();
      const tally = tallies.get(kind) ?? { events: 0, most: 0, readUnits: 0, writeUnits: 0 };
      tally.events++;
      tally.most = Math.max(tally.most, requests);
      tally.readUnits += readUnits;
      tally.writeUnits += writeUnits;
      tallies.set(kind, tally);
    }
    await tables.stop();
    const figures = [...tallies].flatMap(([kind, tally]): Figure[] => [
      atMost(`requests for a ${kind}`, tally.most, limits[kind]),
      information(`read units of a ${kind}, mean`, tally.readUnits / tally.events),
      information(`write units of a ${kind}, mean`, tally.writeUnits / tally.events),
    ]);
    return [...figures, information('requests for shop and settings in the whole run', cached)];
  },
};

interface Tally {
  events: number;
  most: number;
  readUnits: number;
  writeUnits: number;
}
