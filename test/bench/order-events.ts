import { Logger } from '@aws-lambda-powertools/logger';
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { type IntakeOnTables, intakeOnTables } from '../support/intake-on-tables.ts';
import { lambdaContext } from '../support/lambda.ts';
import { goesTo, type SentRequest, watchRequests } from '../support/sent-requests.ts';
import { type ShopEvent, shopEvents } from '../support/shop-orders.ts';
import { withoutLogLines } from './log-lines.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { inLanes, median, secondsOf } from './rounds.ts';

const customers = 160;
const lanes = 8;
const rounds = 9;
/** Rounds before those that count: the handler's code is compiled as it runs, the SDK's too. */
const warmUps = 3;
/** Events that one of the two takes before it is the other's turn. */
const sliceSize = 80;

export const orderEvents: Measure = {
  name: 'order-events',
  how:
    `The webhook handler (signature, body, join, file, log line; real adapters, DynamoDB Local) takes ${customers * 5} signed ` +
    `events, ${lanes} at a time: a fifth new customers, a fifth further orders, three fifths milestones. Baseline: a loop ` +
    'over the requests that the handler sent in a first pass (same commands, conditions and items), per event one after ' +
    `the other, as many events at a time, same SDK client, same engine. Slices of ${sliceSize} events in turn, fresh tables for each of ${rounds} rounds after ${warmUps} to warm up, medians.`,
  async run(say) {
    const events = shopEvents(customers, Date.now());
    const engine = await startTables();
    process.env.HUITOU_TEST_DYNAMODB = engine.endpoint;
    try {
      const recorded = await recordRequests(events);
      const perEvent = recorded.requests.flat().length / events.length;
      say(`recorded ${perEvent.toFixed(2)} requests an event; ${rounds} rounds`);
      const taken: Round[] = [];
      for (let number = 0; number < warmUps + rounds; number++) {
        const rates = await round(events, recorded, number);
        say(`handler ${rates.handler.toFixed(0)}/s, bare loop ${rates.bare.toFixed(0)}/s`);
        if (number >= warmUps) taken.push(rates);
      }
      const ratio = median(taken.map(({ handler, bare }) => handler / bare));
      return [
        atLeast('rate of the handler / rate of the bare SDK loop', ratio, 0.8),
        information('events/s through the handler', median(taken.map(({ handler }) => handler)), '', 0),
        information('events/s of the bare SDK loop', median(taken.map(({ bare }) => bare)), '', 0),
        information('requests an event', perEvent),
      ];
    } finally {
      delete process.env.HUITOU_TEST_DYNAMODB;
      await engine.stop();
    }
  },
};

interface Recorded {
  readonly tableNames: LocalTables['tableNames'];
  /** Per event. */
  readonly requests: readonly (readonly SentRequest[])[];
}

/** One pass, one event at a time, so that it is known which request belongs to which event. */
async function recordRequests(events: readonly ShopEvent[]): Promise<Recorded> {
  const tables = await startTables();
  const intake = await intakeOnTables(tables);
  const requests: SentRequest[][] = [];
  let current: SentRequest[] = [];
  watchRequests(tables.client, (request) => {
    // Shop and settings are read once in two seconds, by the clock and not by the event.
    if (!goesTo(request, tables.tableNames.workspace)) current.push(request);
  });
  for (const { event } of events) {
    current = [];
    await expectRecorded(intake, event);
    requests.push(current);
  }
  await tables.stop();
  return { tableNames: tables.tableNames, requests };
}

async function expectRecorded(intake: IntakeOnTables, event: ShopEvent['event']): Promise<void> {
  const { outcome } = await intake.deliver(event);
  if (outcome !== 'recorded') throw new Error(`event ${event.id} was answered ${outcome}`);
}

/** All events on fresh tables, a slice at a time. */
interface Pass {
  /** @returns seconds */
  slice(from: number, to: number): Promise<number>;
  end(): Promise<void>;
}

/** One round: slices of the two passes in turn, so that what else the machine does falls on both. */
async function round(events: readonly ShopEvent[], recorded: Recorded, number: number): Promise<Round> {
  const passes = [await throughHandler(events), await bareLoop(recorded)] as const;
  const seconds: [number, number] = [0, 0];
  for (let from = 0; from < events.length; from += sliceSize) {
    const order = (from / sliceSize + number) % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const which of order) seconds[which] += await passes[which].slice(from, from + sliceSize);
  }
  for (const pass of passes) await pass.end();
  return { handler: events.length / seconds[0], bare: events.length / seconds[1] };
}

/** Events a second. */
interface Round {
  readonly handler: number;
  readonly bare: number;
}

async function throughHandler(events: readonly ShopEvent[]): Promise<Pass> {
  const tables = await startTables();
  const intake = await intakeOnTables(tables, { logger: new Logger({ logLevel: 'INFO' }) });
  const signed = events.map(({ event }) => intake.signed(event));
  const context = lambdaContext();
  return {
    slice: (from, to) =>
      withoutLogLines(() =>
        secondsOf(() =>
          inLanes(lanes, signed.slice(from, to), async (event) => {
            const { statusCode } = await intake.handler(event, context);
            if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
          }),
        ),
      ),
    end: tables.stop,
  };
}

async function bareLoop({ tableNames, requests }: Recorded): Promise<Pass> {
  const { client, tableNames: fresh, stop } = await startTables();
  const prefix = (names: LocalTables['tableNames']) => names.orders.slice(0, -'orders'.length);
  const moved = requests.map((event) =>
    event.map((request): SentRequest => {
      const input = JSON.stringify(request.input).replaceAll(prefix(tableNames), prefix(fresh));
      return { ...request, input: JSON.parse(input) as SentRequest['input'] };
    }),
  );
  return {
    slice: (from, to) =>
      secondsOf(() =>
        inLanes(lanes, moved.slice(from, to), async (event) => {
          for (const request of event) await send(client, request);
        }),
      ),
    end: stop,
  };
}

/** The same request again, through another client. */
export function send(client: DynamoDBClient, { operation, input }: SentRequest): Promise<unknown> {
  switch (operation) {
    case 'BatchGetItem':
      return client.send(new BatchGetItemCommand(input as unknown as BatchGetItemCommandInput));
    case 'TransactWriteItems':
      return client.send(new TransactWriteItemsCommand(input as unknown as TransactWriteItemsCommandInput));
    case 'PutItem':
      return client.send(new PutItemCommand(input as unknown as PutItemCommandInput));
    default:
      throw new Error(`no command for ${operation}`);
  }
}
