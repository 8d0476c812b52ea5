import { afterAll, beforeAll, expect, it } from 'vitest';
import { brokenPolicyCaps } from '../../support/broken-caps.ts';
import { aBuyer, type CampaignWorld, startCampaignWorld } from '../../support/campaign-world.ts';
import { hour } from '../../support/touches.ts';

let world: CampaignWorld;
const customers = 150;
const classes = ['promotional', 'news', 'care', 'major_promotion'] as const;

beforeAll(async () => {
  world = await startCampaignWorld();
  const { api } = world;
  for (const one of classes) await world.addTemplate(one.replace('_', '-'), one);
  // Active, silent, sleeping and lost: each has allowances of its own.
  const daysAgo = [10, 120, 250, 500];
  await world.addCustomers(
    Array.from({ length: customers }, (_, number) => aBuyer(number, api.time, { daysAgo: daysAgo[number % 4] ?? 10 })),
  );
  const rule = { field: 'orders.count', op: 'gte', value: 1 };
  await api.call('POST', '/v1/segments', { body: { id: 'all', name: 'All', rule } });
});
afterAll(() => world?.stop());

/** Eight campaigns of four classes over one channel or two, planned and sent in many lanes at once. */
it('eight campaigns at once on the same customers: no cap is exceeded, ever, and every plan adds up', async () => {
  for (let number = 0; number < 8; number++) {
    const one = classes[number % 4] ?? 'news';
    const templateId = one.replace('_', '-');
    await world.launch({
      id: `at-once-${number}`,
      name: `At once ${number}`,
      class: one,
      segmentId: 'all',
      channels: [
        ...(number % 3 === 2 ? [] : [{ channel: 'email' as const, templateId }]),
        ...(number % 3 === 0 ? [] : [{ channel: 'sms' as const, templateId }]),
      ],
      schedule: { at: 'now' },
      holdout: number % 2 === 0 ? 0.1 : 0,
      priority: 10 * number,
      expiresAfterHours: 60,
    });
  }
  // Planning and sending come between each other.
  const begun = world.api.time;
  await world.drainWork(8);
  await world.settle(24);
  const looks = [0, 1, 25, 49];
  for (const hours of looks) {
    await world.sweepAt(begun + hours * hour);
    await world.settle(24);
    expect(await brokenPolicyCaps(world)).toEqual([]);
  }
  await world.sweepAt(begun + 70 * hour);
  await world.settle(24);
  const touches = await world.touches();
  expect(touches.filter(({ state }) => state === 'planned' || state === 'claimed')).toEqual([]);
  for (let number = 0; number < 8; number++) {
    const { planned, sent, skipped, failed, unconfirmed, pending } = await world.report(`at-once-${number}`);
    const reasons = Object.values(skipped as Record<string, number>).reduce((sum, count) => sum + count, 0);
    expect(planned).toBe(sent + reasons + failed + unconfirmed + pending);
    expect(planned).toBeGreaterThan(0);
  }
  // It would prove nothing if nobody had competed.
  expect(touches.filter(({ state }) => state === 'sent').length).toBeGreaterThan(customers);
  expect(touches.filter(({ reason }) => reason === 'class_cap').length).toBeGreaterThan(0);
  expect(world.handed).toHaveLength(touches.filter(({ state }) => state === 'sent').length);
  const once = new Set(world.handed.map(({ touch }) => `${touch.customer} ${touch.id}`));
  expect(once.size).toBe(world.handed.length);
});
