import { seededRandom } from '../../infra/local/seeded-random.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { fileItem } from '../../shared/adapters/dynamodb/customer-items.ts';
import { dynamoEnrolmentStore } from '../../shared/adapters/dynamodb/enrolment-store.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { dynamoRehearsalStore } from '../../shared/adapters/dynamodb/workspace/rehearsals.ts';
import { rehearsalWorlds } from '../../shared/adapters/memory/rehearsal-world.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import type { CustomerFile } from '../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../shared/domain/customers/notice-customer.ts';
import { dayMarksOf } from '../../shared/domain/journeys/day-marks.ts';
import { rowsOf } from '../../shared/domain/rehearsal/tally.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { presetJourneys } from '../../shared/usecases/journeys/preset-journeys.ts';
import { type RehearsalDeps, type RehearsalWork, rehearsePart } from '../../shared/usecases/rehearsal/rehearse-part.ts';
import { rehearsalState, startRehearsal } from '../../shared/usecases/rehearsal/start-rehearsal.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { journeysOf } from '../support/touches.ts';
import { campaignDepsOn, makeCampaign } from './campaign-tables.ts';
import { customerBase, writeItems } from './customer-base.ts';
import { atMost, information, type Measure } from './measure.ts';
import { inLanes, secondsOf } from './rounds.ts';
import { keys } from './waiting-touches.ts';

const dayMs = 86_400_000;
/** A month without a festival that a preset greets on. */
const asOf = Date.UTC(2026, 10, 23, 8);
const lastNight = Date.UTC(2026, 10, 22, 19);
const customers = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
/** Parts that are worked on at a time. */
const lanes = 2;
const settings = {
  ...defaultSettings,
  version: 1,
  dayMarks: dayMarksOf(presetJourneys.map(({ definition }) => definition.trigger)),
};

export const rehearsal: Measure = {
  name: 'rehearsal',
  how:
    `The next 30 days of ${customers.toLocaleString('en')} customers (files of 1 to 6 orders, each with a birthday, a phone and consent) on DynamoDB Local, ` +
    'with its real adapters and every preset journey switched on, from its start until its last part is done; ' +
    `${lanes} parts at a time in one process, once. BENCH_CUSTOMERS sets another size.`,
  async run(say) {
    const tables = await startTables();
    try {
      const written = await secondsOf(() => writeItems(tables.client, tables.tableNames.customers, base()));
      say(`${customers.toLocaleString('en')} customers written in ${written.toFixed(0)} s`);
      const { deps, work } = await depsOn(tables);
      let id = '';
      const seconds = await secondsOf(async () => {
        const actor = { keyId: 'k', name: 'bench', role: 'admin', requestId: 'r' } as const;
        ({ id } = await startRehearsal({ days: 30, campaigns: [], moreThan: 4 }, actor, deps));
        while (work.length > 0) {
          await inLanes(lanes, work.splice(0), async (part) => void (await rehearsePart(part, () => 50_000, deps)));
        }
      });
      const { isDone, sums } = await rehearsalState(id, deps);
      const messages = rowsOf(sums, 'sent').reduce((sum, { spent }) => sum + spent.messages, 0);
      if (!isDone || sums['customers all'] !== customers || sums['customers failed'] || messages === 0) {
        throw new Error(`a rehearsal that is none: ${JSON.stringify(sums)}`);
      }
      say(`${seconds.toFixed(1)} s`);
      return [
        atMost(`30 days of ${customers.toLocaleString('en')} customers`, seconds, 60, ' s', 1),
        information('customers to whom anything can happen', sums['customers rehearsed'] ?? 0, '', 0),
        information('messages', messages, '', 0),
      ];
    } finally {
      await tables.stop();
    }
  },
};

function* base() {
  const random = seededRandom(11);
  for (const { file } of customerBase(customers, 0, asOf)) {
    const born = withBirthday(file, random);
    const { noticed, dueAt } = noticeCustomer(born, lastNight, 'time', settings);
    const value = { type: 'file', file: { ...born, noticed }, ...(dueAt !== undefined && { dueAt }) } as const;
    yield fileItem({ value, version: 1 });
  }
}

function withBirthday(file: CustomerFile, random: () => number): CustomerFile {
  const day = new Date(Date.UTC(1990, 0, 1) + Math.floor(random() * 365) * dayMs).toISOString().slice(0, 10);
  const birthday = { value: day, at: asOf - 400 * dayMs, ref: 'tmall#0' };
  return { ...file, statements: { ...file.statements, birthday } };
}

async function depsOn(tables: LocalTables) {
  const { client, tableNames } = tables;
  const workspace = { client, name: tableNames.workspace };
  const campaigns = campaignDepsOn(tables);
  await makeCampaign(campaigns, 'sms', 'tmall', {
    id: 'later',
    schedule: { at: new Date(asOf + 400 * dayMs).toISOString() },
  });
  const enrolments = dynamoEnrolmentStore(client, tableNames.touches);
  const on = presetJourneys.map((journey) => ({ ...journey, enabled: true, enabledAt: asOf - 30 * dayMs }));
  const work: RehearsalWork[] = [];
  const deps = {
    ...campaigns,
    settings: { settings: async () => settings },
    journeys: journeysOf(new Map(on.map((journey) => [journey.id, journey]))),
    enrolments,
    renderer: liquidRenderer(),
    links: messageLinks(keys, 'https://api.north.example'),
    dueTouches: new DynamoTouchDueIndex(client, tableNames.touches),
    rehearsals: dynamoRehearsalStore(workspace),
    makeWorld: rehearsalWorlds({ ...campaigns, enrolments }),
    nights: { lastAsOf: async () => lastNight },
    manifests: { readManifest: async () => undefined },
    clock: { now: () => asOf },
    newId: () => 'bench',
    work: {
      async send(one) {
        if (one.type === 'rehearsal.part') work.push(one);
      },
    },
    onFailure: (item, error) => {
      throw new Error(`the rehearsal of ${item} failed`, { cause: error });
    },
  } satisfies RehearsalDeps & Parameters<typeof startRehearsal>[2];
  return { deps, work };
}
