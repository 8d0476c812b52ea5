import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceCase } from '../../../shared/domain/cases/case.ts';
import { standingOf } from '../../../shared/domain/contact-policy/standing.ts';
import { changeCase, resolveCase } from '../../../shared/usecases/cases/change-case.ts';
import { openCase } from '../../../shared/usecases/cases/open-case.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { mergeCustomers } from '../../../shared/usecases/customers/merge-customers.ts';
import { someOf } from '../../config/runs.ts';
import { publicPages } from '../../support/public-pages.ts';
import { aFile, day, emailKey } from '../../support/touches.ts';

const people = ['c1', 'c2', 'c3'];
const actor = { keyId: 'k', name: 'Li', role: 'service', requestId: 'r' } as const;

const step = fc.oneof(
  fc.record({
    does: fc.constant('open' as const),
    who: fc.constantFrom(...people),
    cause: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ does: fc.constantFrom('resolve' as const, 'reopen' as const), which: fc.nat({ max: 5 }) }),
  fc.record({
    does: fc.constant('merge' as const),
    who: fc.constantFrom(...people),
    other: fc.constantFrom(...people),
  }),
  fc.record({ does: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 25 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** Marketing is silent exactly while a case is open, or younger than 30 days: counted anew from all cases. */
async function run(steps: readonly Step[]): Promise<void> {
  const world = publicPages();
  const { pages, clock } = world;
  for (const id of people) {
    const email = `${id}@example.com`;
    await world.putFile({ ...aFile({ id, email }), identities: [emailKey(email)] });
  }
  const ids: string[] = [];
  for (const one of steps) {
    if (one.does === 'wait') clock.time += one.days * day;
    if (one.does === 'merge' && one.who !== one.other) {
      await mergeCustomers([one.who, one.other], world.settings, pages).catch(() => undefined);
    }
    if (one.does === 'open') {
      const wanted = { customer: one.who, kind: 'question', severity: 2, reason: 'x', cause: `${one.cause}` } as const;
      ids.push((await openCase(wanted, pages)).value.id);
    }
    const id = 'which' in one ? ids[one.which % Math.max(1, ids.length)] : undefined;
    if (one.does === 'resolve' && id) await resolveCase(id, { resolution: 'done' }, actor, pages);
    if (one.does === 'reopen' && id) await changeCase(id, { open: true }, actor, pages);
    await isSilentAsCounted(world, [...new Set(ids)]);
  }
}

async function isSilentAsCounted(
  { pages, clock, settings }: ReturnType<typeof publicPages>,
  ids: string[],
): Promise<void> {
  const all: ServiceCase[] = [];
  for (const id of ids) {
    const one = await pages.cases.readCase(id);
    if (one) all.push(one.value);
  }
  for (const id of people) {
    const file = await readCustomer(id, pages.store);
    if (!file) throw new Error('a customer is lost');
    const theirs = all.filter(({ customer }) => [file.id, ...file.aliases].includes(customer));
    const counted = theirs.filter(
      ({ resolvedAt, openedAt }) => resolvedAt === undefined || clock.time < openedAt + 30 * day,
    );
    const { contacts } = await pages.touches.readLive({ contacts: [file.id, ...file.aliases] });
    const record = { file, contacts: [...contacts.values()].map(({ value }) => value), shopZone: 'Asia/Shanghai' };
    const { silences } = standingOf(record, 'email', settings, clock.time);
    expect(silences.map(({ since }) => since).toSorted()).toEqual(counted.map(({ openedAt }) => openedAt).toSorted());
  }
}

test('silences hold whatever the order in which cases are opened, resolved and reopened, and customers merged', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), run), { numRuns: someOf(150) });
});

test('a case resolved at once is silent for 30 days, an open one for as long as it is', async () => {
  const open = { does: 'open', who: 'c1', cause: 1 } as const;
  const wait = { does: 'wait', days: 25 } as const;
  await run([open, { does: 'resolve', which: 0 }, wait, { does: 'merge', who: 'c1', other: 'c2' }, wait]);
  await run([open, wait, wait, { does: 'reopen', which: 0 }, { does: 'resolve', which: 0 }]);
});
