import { fileItem, type Item } from '../../shared/adapters/dynamodb/customer-items.ts';
import type { TouchCall } from '../../shared/contracts/work.ts';
import { normaliseEmail } from '../../shared/domain/customers/identity.ts';
import { consentField } from '../../shared/domain/customers/statements.ts';
import { planAudience } from '../../shared/usecases/campaigns/plan-audience.ts';
import { runCampaign } from '../../shared/usecases/campaigns/run-campaign.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { campaignDepsOn, makeCampaign } from './campaign-tables.ts';
import { customerBase, writeItems } from './customer-base.ts';
import { withoutLogLines } from './log-lines.ts';
import { atLeast, information, type Measure, type Say } from './measure.ts';
import { inLanes, median, secondsOf } from './rounds.ts';
import { deliver, type MailEngine, senderOn, startMailEngine } from './touch-sender.ts';
import { bareLoop, recordRequests } from './touch-sending.ts';
import { allItems, type WaitingTouches } from './waiting-touches.ts';

const customers = Number(process.env.BENCH_CUSTOMERS ?? 20_000);
/** Touches of the bare loop, which runs once in between. */
const sample = 300;
/** Touches that the campaign sends before it is the bare loop's turn. */
const sliceSize = 1000;
/** Parts of the audience planned at a time. */
const lanes = 2;

export const campaign: Measure = {
  name: 'campaign',
  how:
    `A campaign by mail to ${customers.toLocaleString('en')} customers on DynamoDB Local and the local mail engine, in one process: from its launch through ` +
    'the work of its audience (the segment on live records, consent, draw, touches planned) and touch-send (its handler with its real adapters, called for in ' +
    'batches of 10, no pace) until the last message was handed over. Baseline: the bare sending loop of `touch-sending` for the very messages of such a ' +
    `campaign - per touch the transaction that claims, the mail, the write that records - which gets its turn, ${sample} touches at a time, after every ` +
    `${sliceSize.toLocaleString('en')} messages. BENCH_CUSTOMERS sets another size.`,
  async run(say) {
    const [engine, mail] = await Promise.all([startTables(), startMailEngine()]);
    process.env.HUITOU_TEST_DYNAMODB = engine.endpoint;
    try {
      return await figures(mail, say);
    } finally {
      delete process.env.HUITOU_TEST_DYNAMODB;
      await Promise.all([engine.stop(), mail.stop()]);
    }
  },
};

async function figures(mail: MailEngine, say: Say) {
  const bare = await bareRounds(mail);
  const tables = await tablesOf(customers);
  const { calls, seconds: planning } = await plan(tables);
  say(`planned ${calls.length} touches, ${(calls.length / planning).toFixed(0)} a second`);
  const sender = senderOn(tables, mail);
  let sending = 0;
  for (let start = 0; start < calls.length; start += sliceSize) {
    sending += await withoutLogLines(() => secondsOf(() => deliver(sender, calls.slice(start, start + sliceSize))));
    await mail.empty();
    await bare.next();
  }
  await endWithAllSent(tables);
  const rate = customers / (planning + sending);
  const bareRate = median(bare.rates);
  say(
    `campaign ${rate.toFixed(0)}/s, of it sending ${(customers / sending).toFixed(0)}/s; bare loop ${bareRate.toFixed(0)}/s`,
  );
  return [
    atLeast('rate of the campaign / rate of the bare sending loop', rate / bareRate, 0.6),
    information('messages/s from launch to the last one handed over', rate, '', 0),
    information('touches/s planned', customers / planning, '', 0),
    information('messages/s sent', customers / sending, '', 0),
    information('messages/s of the bare sending loop', bareRate, '', 0),
  ];
}

/** Customers with a mail address and consent, and a campaign to all of them. */
async function tablesOf(count: number): Promise<LocalTables> {
  const tables = await startTables();
  const items = function* (): Generator<Item> {
    for (const { file } of customerBase(count, 0, Date.now())) {
      const email = normaliseEmail(`${file.id}@example.com`) ?? '';
      const stamped = { at: Date.now() - 86_400_000, ref: 'tmall#1' };
      const statements = {
        ...file.statements,
        email: { value: email, ...stamped },
        [consentField('email', email)]: { value: true, ...stamped },
      };
      yield fileItem({ value: { type: 'file', file: { ...file, statements } }, version: 0 });
    }
  };
  await writeItems(tables.client, tables.tableNames.customers, items());
  return tables;
}

/** Launches, and works the audience off. */
async function plan(tables: LocalTables): Promise<{ calls: readonly TouchCall[]; seconds: number }> {
  const deps = campaignDepsOn(tables);
  const id = await makeCampaign(deps, 'email', 'tmall', { holdout: 0 });
  const seconds = await secondsOf(async () => {
    await runCampaign(id, deps);
    await inLanes(lanes, deps.kept.work, async (part) => {
      if (part.type === 'campaign.audience') await planAudience(part, () => 3_600_000, deps);
    });
  });
  return { calls: deps.kept.calls, seconds };
}

/** The bare loop for the messages of such a campaign: each round on fresh tables, in which all of them wait. */
async function bareRounds(mail: MailEngine): Promise<{ readonly rates: number[]; next(): Promise<void> }> {
  const tables = await tablesOf(sample);
  const { calls } = await plan(tables);
  const waiting: WaitingTouches = { calls, items: await itemsOf(tables) };
  await tables.stop();
  const recorded = await recordRequests(waiting, mail);
  const rates: number[] = [];
  const next = async () => {
    const pass = await bareLoop(waiting, recorded, mail);
    rates.push(calls.length / (await pass.slice(0, calls.length)));
    await pass.end();
    await mail.empty();
  };
  // The first rounds only warm up.
  for (let round = 0; round < 3; round++) await next();
  rates.length = 0;
  return { rates, next };
}

async function itemsOf(tables: LocalTables): Promise<WaitingTouches['items']> {
  const names = ['orders', 'customers', 'contacts', 'touches', 'workspace'] as const;
  const items = await Promise.all(names.map(async (name) => [name, await allItems(tables, name)] as const));
  // The moment at which the campaign goes on lies among the touches.
  return new Map(items.map(([name, some]) => [name, some.filter((item) => item.touch?.S !== '#next')]));
}

/** @throws when a touch is anything but sent */
async function endWithAllSent(tables: LocalTables): Promise<void> {
  const touches = (await allItems(tables, 'touches')).filter((item) => item.state !== undefined);
  const sent = touches.filter((item) => item.brief?.S?.includes('"state":"sent"')).length;
  if (sent !== customers || touches.length !== customers)
    throw new Error(`${sent} of ${touches.length} touches are sent`);
  await tables.stop();
}
