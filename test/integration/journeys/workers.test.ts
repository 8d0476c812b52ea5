import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoEnrolmentStore } from '../../../shared/adapters/dynamodb/enrolment-store.ts';
import { pointsByHand } from '../../../shared/domain/customers/customer-file.ts';
import { handTagsOf } from '../../../shared/domain/customers/tags.ts';
import { advanceEnrolments } from '../../../shared/usecases/journeys/advance-enrolments.ts';
import { enterForCustomers } from '../../../shared/usecases/journeys/enter-journeys.ts';
import { ConflictError, StoreBusyError } from '../../../shared/usecases/ports.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { aBuyer, aJourney, aSend, journeysIn } from '../../support/journeys.ts';
import { hour, type Messaging, messaging, noon } from '../../support/touches.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';

let tables: LocalTables;
let world: Messaging;
beforeAll(async () => {
  tables = await startTables();
  const { client, tableNames } = tables;
  world = messaging({
    customers: new DynamoCustomerStore(client, tableNames),
    touches: touchesOnTables(tables),
    enrolments: dynamoEnrolmentStore(client, tableNames.touches),
  });
});
afterAll(() => tables.stop());

const someStep = fc.constantFrom('wait', 'send', 'tag', 'points', 'task');
let runs = 0;

/** Steps of a kind each, told apart by their place. */
function stepsOf(kinds: readonly string[]) {
  return kinds.map((kind, index) => {
    const id = `${kind}-${index}`;
    if (kind === 'wait') return { wait: { hours: index + 1 } };
    if (kind === 'tag') return { tag: { id, add: id } };
    if (kind === 'points') return { points: { id, amount: index + 1, reason: id } };
    if (kind === 'task') return { task: { id, kind: 'question' as const, reason: id } };
    return aSend(id, { expiresAfterHours: 500 });
  });
}

/** A worker that dies at some of its writes, and comes again, as its queue would have it. */
async function worker(customers: readonly string[], entry: string, dies: () => boolean): Promise<void> {
  const { deps } = world;
  const enrolments = Object.create(deps.enrolments) as typeof deps.enrolments;
  enrolments.saveEnrolment = async (enrolment) => {
    if (dies()) throw new StoreBusyError('the worker died');
    await deps.enrolments.saveEnrolment(enrolment);
  };
  for (let tries = 0; tries < 30; tries++) {
    try {
      await advanceEnrolments(
        customers.map((customer) => ({ customer, entry })),
        { ...deps, enrolments },
      );
      return;
    } catch (error) {
      if (!(error instanceof ConflictError || error instanceof StoreBusyError)) throw error;
    }
  }
  throw new Error('it never came through');
}

test('several workers who advance the same customers at once, and die on the way, do every step exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someStep, { minLength: 1, maxLength: 7 }).filter((kinds) => kinds.some((kind) => kind !== 'wait')),
      fc.infiniteStream(fc.nat(9)),
      async (kinds, chance) => {
        const run = `r${++runs}`;
        const customers = [1, 2, 3].map((number) => `${run}-c${number}`);
        world.clock.time = noon;
        world.tasks.length = 0;
        const journeys = journeysIn(world);
        journeys.only(
          aJourney({ id: run, trigger: { on: 'stage.entered', stage: 'new_once' }, steps: stepsOf(kinds) }),
        );
        for (const id of customers) await world.putFile(aBuyer([noon - hour], { id }));
        const dies = () => chance.next().value === 0;
        const entry = `#${run}#new_once 2026-11-23`;
        await Promise.all([enterForCustomers(customers, world.deps), enterForCustomers(customers, world.deps)]);
        for (let tick = 0; tick < 12; tick++) {
          world.clock.time += 3 * hour;
          await Promise.all([
            worker(customers, entry, dies),
            worker(customers, entry, dies),
            worker(customers, entry, dies),
          ]);
        }
        for (const customer of customers) await expectDoneOnce(customer, kinds);
        const causes = world.tasks.map(({ cause }) => cause);
        expect(new Set(causes).size).toBe(3 * kinds.filter((kind) => kind === 'task').length);
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

async function expectDoneOnce(customer: string, kinds: readonly string[]): Promise<void> {
  const named = (wanted: string) =>
    kinds.flatMap((kind, index) => (kind === wanted ? [`${kind}-${index}`] : [])).sort();
  const [enrolment] = await world.deps.enrolments.listEnrolments(customer);
  const { items } = await world.touches.listTouches(customer, undefined, 100);
  const item = (await world.deps.store.readFiles([customer])).get(customer)?.value;
  if (item?.type !== 'file') throw new Error('there is no file');
  expect(enrolment?.value.state).toBe('done');
  expect(items.map(({ origin }) => origin.step).sort()).toEqual(named('send'));
  expect(handTagsOf(item.file)).toEqual(named('tag'));
  expect(
    pointsByHand(item.file)
      .map(({ reason }) => reason)
      .sort(),
  ).toEqual(named('points'));
  expect(Object.keys(enrolment?.value.done ?? {})).toHaveLength(kinds.filter((kind) => kind !== 'wait').length);
}
