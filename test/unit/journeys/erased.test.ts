import { expect, test } from 'vitest';
import { MemoryEnrolmentStore } from '../../../shared/adapters/memory/enrolment-store.ts';
import { recordOne } from '../../support/converge.ts';
import { anEnrolment } from '../../support/enrolment-store-suite.ts';
import { erasing } from '../../support/erasure.ts';
import { anOrderOf } from '../../support/journeys.ts';
import { noon } from '../../support/touches.ts';

test('whoever is erased has been in no journey', async () => {
  const enrolments = new MemoryEnrolmentStore();
  const world = erasing({ enrolments });
  await recordOne(
    { ...anOrderOf('1', { createdAt: noon, paidAt: noon }), identities: ['b:north#1'] },
    world.deps.store,
  );
  const customer = (await world.customerOf('b:north#1')) ?? '';
  const membership = { customer, journey: 'vip', isIn: true, since: noon };
  await enrolments.saveEnrolment({ value: anEnrolment({ customer, order: 'north#1' }), version: 0 });
  await enrolments.saveEnrolment({ value: anEnrolment({ customer: 'other' }), version: 0 });
  await enrolments.saveMembership({ value: membership, version: 0 });
  await world.erase(customer);
  expect(await enrolments.listEnrolments(customer)).toEqual([]);
  expect((await enrolments.readMemberships('vip', [customer])).get(customer)?.version).toBe(0);
  expect(await enrolments.listEnrolments('other')).toHaveLength(1);
});
