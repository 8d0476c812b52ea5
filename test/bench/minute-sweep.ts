import { Logger } from '@aws-lambda-powertools/logger';
import { createHandler } from '../../functions/minute-sweep/handler.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { touchItem } from '../../shared/adapters/dynamodb/touch-items.ts';
import { dynamoSweepMarks } from '../../shared/adapters/dynamodb/workspace/sweep-marks.ts';
import type { Instant } from '../../shared/domain/calendar.ts';
import { planned } from '../../shared/domain/touches/touch.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { lambdaContext } from '../support/lambda.ts';
import { meterOf, watchRequests } from '../support/sent-requests.ts';
import { writeItems } from './customer-base.ts';
import { atMost, type Figure, information, type Measure } from './measure.ts';

const bases = [0, 2_000, 20_000];
const minuteMs = 60_000;
/** On the hour, when the sweep looks for everything overdue, then the minute after. */
const onTheHour = Date.UTC(2026, 10, 23, 4);

export const minuteSweep: Measure = {
  name: 'minute-sweep',
  how:
    `minute-sweep (its handler with its real adapters, DynamoDB Local) with ${bases.map((size) => size.toLocaleString('en')).join(', ')} touches that wait for the hours to come: the first ` +
    'sweep there ever was, one on the hour and one of any other minute. The most queries that any of them sent. Units by the rules of AWS.',
  async run() {
    const engine = await startTables();
    process.env.HUITOU_TEST_DYNAMODB = engine.endpoint;
    try {
      const figures: Figure[] = [];
      let largest: Figure[] = [];
      for (const size of bases) {
        const { queries, others, readUnits } = await mostOf(size);
        const waiting = `${size.toLocaleString('en')} touches waiting`;
        figures.push(atMost(`queries of a sweep with nothing due, ${waiting}`, queries, 16));
        largest = [
          information(`requests of it beside them, ${waiting}`, others),
          information(`read units of it, ${waiting}`, readUnits),
        ];
      }
      return [...figures, ...largest];
    } finally {
      delete process.env.HUITOU_TEST_DYNAMODB;
      await engine.stop();
    }
  },
};

/** The most that any of the three sweeps took. */
async function mostOf(size: number): Promise<Cost> {
  const tables = await startTables();
  await writeItems(tables.client, tables.tableNames.touches, waitingTouches(size));
  const sweeps: Cost[] = [];
  for (const at of [onTheHour - minuteMs, onTheHour, onTheHour + minuteMs]) sweeps.push(await sweepAt(at, tables));
  await tables.stop();
  const most = (of: keyof Cost) => Math.max(...sweeps.map((cost) => cost[of]));
  return { queries: most('queries'), others: most('others'), readUnits: most('readUnits') };
}

/** Due over the ten days that begin two minutes after the hour. */
function* waitingTouches(size: number) {
  for (let number = 0; number < size; number++) {
    const dueAt = onTheHour + 2 * minuteMs + Math.floor((number / size) * 14_400) * minuteMs;
    const touch = planned(
      {
        customer: `c_${number}`,
        origin: { type: 'journey', id: 'turned-silent', version: 1, step: 'greet' },
        occurrence: 'silent 2026-11-23',
        channel: 'email',
        class: 'care',
        purpose: 'other',
        priority: 50,
        template: 'turned-silent',
        shop: 'north',
        occurredAt: onTheHour,
        expiresAt: dueAt + 86_400_000,
        plannedAddress: `e:${number}`,
      },
      `touch${number}-email`,
      onTheHour,
      dueAt,
    );
    yield touchItem({ value: touch, version: 0 });
  }
}

interface Cost {
  readonly queries: number;
  readonly others: number;
  readonly readUnits: number;
}

async function sweepAt(at: Instant, { client, tableNames }: LocalTables): Promise<Cost> {
  const meter = meterOf(tableNames);
  const called: unknown[] = [];
  const stop = watchRequests(client, ({ operation, input, output, failure }) => {
    meter.record('minute-sweep', operation, input, output, failure);
  });
  const sweep = createHandler({
    dueTouches: new DynamoTouchDueIndex(client, tableNames.touches),
    queues: { call: async (calls) => void called.push(...calls) },
    marks: dynamoSweepMarks({ client, name: tableNames.workspace }),
    work: { send: async (work) => void called.push(work) },
    logger: new Logger({ logLevel: 'SILENT' }),
  });
  await sweep({ time: new Date(at).toISOString() }, lambdaContext());
  stop();
  if (called.length > 0) throw new Error('the sweep called for touches that are not due');
  const { requests, readUnits, byOperation } = meter.read();
  const queries = byOperation.Query?.requests ?? 0;
  return { queries, others: requests - queries, readUnits };
}
