import {
  PutItemCommand,
  type PutItemCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type SESClient, SendRawEmailCommand, type SendRawEmailCommandInput } from '@aws-sdk/client-ses';
import { readTouchItem } from '../../shared/adapters/dynamodb/touch-items.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { goesTo, meterOf, type SentRequest, watchRequests } from '../support/sent-requests.ts';
import { withoutLogLines } from './log-lines.ts';
import { atLeast, atMost, type Figure, information, type Measure, type Say } from './measure.ts';
import { median, secondsOf } from './rounds.ts';
import { batchSize, deliver, type MailEngine, senderOn, startMailEngine } from './touch-sender.ts';
import { allItems, planWaitingTouches, type Rule, tablesWith, type WaitingTouches } from './waiting-touches.ts';

const customers = 300;
const rounds = 15;
/** Rounds before those that count: the code is compiled as it runs, the engines' too. */
const warmUps = 3;
/** Touches that one of the two sends before it is the other's turn. */
const sliceSize = 50;

export const touchSending: Measure = {
  name: 'touch-sending',
  how:
    `One touch-send (its handler with its real adapters and log lines, DynamoDB Local, the local mail engine, no pace) sends ${customers} waiting mails, ` +
    `called for in batches of ${batchSize}: order confirmations, then care messages, which take a place in the caps. Baseline: per touch the ` +
    'transaction that claims, the mail as composed, the write that records, recorded in a first pass and sent one after the other; the same batches, ' +
    `clients and engines. Slices of ${sliceSize} touches in turn, fresh tables for each of ${rounds} rounds after ${warmUps} to warm up, medians. Requests ` +
    'called for alone: the most that any touch took, without settings, shop and rates, which come from caches; in batches: all of them, those too.',
  async run(say) {
    const [engine, mail] = await Promise.all([startTables(), startMailEngine()]);
    process.env.HUITOU_TEST_DYNAMODB = engine.endpoint;
    try {
      const orders = await figuresOf('order-confirmation', 'transactional', mail, say);
      return [...orders, ...(await figuresOf('turned-silent', 'care', mail, say))];
    } finally {
      delete process.env.HUITOU_TEST_DYNAMODB;
      await Promise.all([engine.stop(), mail.stop()]);
    }
  },
};

async function figuresOf(rule: Rule, name: string, mail: MailEngine, say: Say): Promise<Figure[]> {
  const waiting = await planWaitingTouches(rule, customers);
  const recorded = await recordRequests(waiting, mail);
  const inBatches = await requestsInBatches(waiting, mail);
  say(`${name}: ${recorded.mostRequests} requests a touch, ${inBatches.toFixed(2)} in batches`);
  const taken: Round[] = [];
  for (let number = 0; number < warmUps + rounds; number++) {
    const rates = await round(waiting, recorded, mail, number);
    say(`${name}: sender ${rates.sender.toFixed(0)}/s, bare loop ${rates.bare.toFixed(0)}/s`);
    if (number >= warmUps) taken.push(rates);
  }
  return [
    atLeast(
      `rate of the sender / rate of the bare loop, ${name}`,
      median(taken.map((one) => one.sender / one.bare)),
      0.7,
    ),
    information(`touches/s through one sender, ${name}`, median(taken.map(({ sender }) => sender)), '', 0),
    information(`touches/s of the bare loop, ${name}`, median(taken.map(({ bare }) => bare)), '', 0),
    atMost(`requests from planned to sent, called for alone, ${name}`, recorded.mostRequests, 4),
    atMost(`requests from planned to sent, in batches, all counted, ${name}`, inBatches, 4),
    information(`read units of a touch, mean, ${name}`, recorded.readUnits),
    information(`write units of a touch, mean, ${name}`, recorded.writeUnits),
  ];
}

/** What must be sent for one touch, whoever sends it. */
interface Necessary {
  readonly claim: SentRequest['input'];
  readonly mail: SendRawEmailCommandInput;
  readonly record: SentRequest['input'];
}

export interface Recorded {
  readonly tableNames: LocalTables['tableNames'];
  readonly necessary: readonly Necessary[];
  readonly mostRequests: number;
  /** Mean of a touch, settings and rates left out. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** One pass, one touch at a time, so that it is known which request belongs to which touch. */
export async function recordRequests(waiting: WaitingTouches, mail: MailEngine): Promise<Recorded> {
  const tables = await tablesWith(waiting);
  const sender = senderOn(tables, mail);
  const meter = meterOf(tables.tableNames);
  let requests: SentRequest[] = [];
  const mails: SendRawEmailCommandInput[] = [];
  watchRequests(tables.client, (request) => {
    if (goesTo(request, tables.tableNames.workspace)) return;
    requests.push(request);
    meter.record('touch-send', request.operation, request.input, request.output, request.failure);
  });
  const stopWatching = watchMails(mail.client, (input) => mails.push(input));
  const necessary: Necessary[] = [];
  let mostRequests = 0;
  for (const call of waiting.calls) {
    requests = [];
    await withoutLogLines(() => deliver(sender, [call]));
    mostRequests = Math.max(mostRequests, requests.length);
    const [claim] = requests.filter(({ operation }) => operation === 'TransactWriteItems');
    const [record] = requests.filter(({ operation }) => operation === 'PutItem');
    const sent = mails.at(-1);
    if (!claim || !record || !sent || mails.length !== necessary.length + 1) throw new Error('a touch was not sent');
    necessary.push({ claim: claim.input, mail: sent, record: record.input });
  }
  stopWatching();
  await tables.stop();
  const { readUnits, writeUnits } = meter.read();
  const { tableNames } = tables;
  const touches = waiting.calls.length;
  return { tableNames, necessary, mostRequests, readUnits: readUnits / touches, writeUnits: writeUnits / touches };
}

/** All requests of the sender for a touch, settings, shop and rates included, where the queue hands over full batches. */
async function requestsInBatches(waiting: WaitingTouches, mail: MailEngine): Promise<number> {
  const tables = await tablesWith(waiting);
  let requests = 0;
  const stopWatching = watchRequests(tables.client, () => requests++);
  await withoutLogLines(() => deliver(senderOn(tables, mail), waiting.calls));
  stopWatching();
  await endWithAllSent(tables);
  return requests / customers;
}

function watchMails(client: SESClient, seen: (input: SendRawEmailCommandInput) => void): () => void {
  client.middlewareStack.add(
    (next) => (args) => {
      seen(args.input as SendRawEmailCommandInput);
      return next(args);
    },
    { step: 'initialize', name: 'watch-mails' },
  );
  return () => void client.middlewareStack.remove('watch-mails');
}

/** All touches on fresh tables, a slice at a time. */
export interface Pass {
  /** @returns seconds */
  slice(from: number, to: number): Promise<number>;
  end(): Promise<void>;
}

/** Touches a second. */
interface Round {
  readonly sender: number;
  readonly bare: number;
}

/** One round: slices of the two passes in turn, so that what else the machine does falls on both. */
async function round(waiting: WaitingTouches, recorded: Recorded, mail: MailEngine, number: number): Promise<Round> {
  const passes = [await throughSender(waiting, mail), await bareLoop(waiting, recorded, mail)] as const;
  const seconds: [number, number] = [0, 0];
  for (let from = 0; from < customers; from += sliceSize) {
    const order = (from / sliceSize + number) % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const which of order) seconds[which] += await passes[which].slice(from, from + sliceSize);
  }
  for (const pass of passes) await pass.end();
  await mail.empty();
  return { sender: customers / seconds[0], bare: customers / seconds[1] };
}

async function throughSender(waiting: WaitingTouches, mail: MailEngine): Promise<Pass> {
  const tables = await tablesWith(waiting);
  const sender = senderOn(tables, mail);
  return {
    slice: (from, to) => withoutLogLines(() => secondsOf(() => deliver(sender, waiting.calls.slice(from, to)))),
    end: () => endWithAllSent(tables),
  };
}

export async function bareLoop(waiting: WaitingTouches, recorded: Recorded, mail: MailEngine): Promise<Pass> {
  const tables = await tablesWith(waiting);
  const { client } = tables;
  const prefixOf = (names: LocalTables['tableNames']) => names.orders.slice(0, -'orders'.length);
  const moved = <Input>(input: SentRequest['input']) =>
    JSON.parse(JSON.stringify(input).replaceAll(prefixOf(recorded.tableNames), prefixOf(tables.tableNames))) as Input;
  const touches = recorded.necessary.map((one) => ({
    claim: moved<TransactWriteItemsCommandInput>(one.claim),
    mail: one.mail,
    record: moved<PutItemCommandInput>(one.record),
  }));
  return {
    slice: (from, to) =>
      secondsOf(() =>
        inBatches(touches.slice(from, to), async (touch) => {
          await client.send(new TransactWriteItemsCommand(touch.claim));
          await mail.client.send(new SendRawEmailCommand(touch.mail));
          await client.send(new PutItemCommand(touch.record));
        }),
      ),
    end: () => endWithAllSent(tables, touches.length),
  };
}

/** A batch after the other, as a queue hands them over. */
async function inBatches<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < all.length; start += batchSize) {
    await Promise.all(all.slice(start, start + batchSize).map(work));
  }
}

/** @throws when a touch is anything but sent */
async function endWithAllSent(tables: LocalTables, expected: number = customers): Promise<void> {
  const states = (await allItems(tables, 'touches')).map((item) => readTouchItem(item).value.state);
  const sent = states.filter((state) => state === 'sent').length;
  if (sent !== expected) throw new Error(`${sent} of ${expected} touches are sent`);
  await tables.stop();
}
