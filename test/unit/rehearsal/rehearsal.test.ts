import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import type { CampaignInput } from '../../../shared/domain/campaigns/campaign.ts';
import { countsOf, rowsOf } from '../../../shared/domain/rehearsal/tally.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import { someOf } from '../../config/runs.ts';
import { shown as onTheClock } from '../../support/journey-world.ts';
import { aBuyer, aJourney, aSend } from '../../support/journeys.ts';
import { aLivingShop, type LivingShop, someBuyers } from '../../support/rehearsals.ts';
import { day, noon } from '../../support/touches.ts';

const buyers = { field: 'orders.count', op: 'gte', value: 1 } as const;
const silent = { field: 'stage', op: 'eq', value: 'silent' } as const;

function byMail(template: string, more: readonly 'sms'[] = []) {
  return (['email', ...more] as const).map((channel) => ({ channel, templateId: template }));
}

/** Campaigns of every kind of schedule, which want the same places as each other and as the journeys. */
function addCampaigns(shop: LivingShop): void {
  const variants = {
    of: [
      { id: 'a', share: 0.5, channels: byMail('promotional-a') },
      { id: 'b', share: 0.5, channels: byMail('promotional-b') },
    ],
    test: { share: 0.5, metric: 'clicked', waitHours: 30 } as const,
  };
  const campaigns: (Partial<CampaignInput> & Pick<CampaignInput, 'id' | 'schedule'>)[] = [
    { id: 'weekly', schedule: { every: 'week', day: 3, localTime: '09:30' }, holdout: 0.2 },
    {
      id: 'evening',
      schedule: { at: { localTime: '21:30', date: '2026-12-08' } },
      channels: byMail('promotional-a', ['sms']),
    },
    {
      id: 'gift',
      class: 'news',
      channels: byMail('news-gift'),
      schedule: { at: '2026-12-10T03:00:00Z' },
      couponId: 'fifty',
    },
    { id: 'tested', class: 'major_promotion', schedule: { at: '2026-12-16T02:00:00Z' }, variants },
  ];
  for (const campaign of campaigns) shop.campaign(campaign, buyers);
  shop.campaign({ id: 'wake-up', schedule: { every: 'month', day: 31, localTime: '10:00' } }, silent);
}

/** A journey of every kind of step, into which whoever turns silent comes by a segment. */
function addJourney(shop: LivingShop): void {
  const steps = [
    { tag: { id: 'mark', add: 'sleepy' } },
    { wait: { hours: 5 } },
    { points: { id: 'points', amount: 10, reason: 'come back' } },
    { coupon: { id: 'coupon', coupon: 'gift' } },
    { task: { id: 'call', kind: 'question', reason: 'call them' } },
    { webhook: { id: 'tell', event: 'sleepy' } },
    aSend('say', { class: 'care', template: 'turned-silent' }),
  ] as const;
  const trigger = { on: 'segment.entered', segment: 'of-wake-up' } as const;
  shop.world.journeys.set('own', aJourney({ trigger, steps: [...steps] }, { baseline: { parts: 1, done: [0] } }));
}

async function aShop(customers: number, seed: number): Promise<LivingShop> {
  const shop = aLivingShop();
  await shop.add(...someBuyers(customers, seed, noon));
  addCampaigns(shop);
  addJourney(shop);
  await shop.liveUntil(noon + 8 * day);
  return shop;
}

function shown({
  customer,
  origin,
  occurrence,
  channel,
  state,
  reason = '',
  sentAt,
  variant = '',
  cost,
}: Touch): string {
  const ended = sentAt === undefined ? reason : `${formatInstant(sentAt)} ${cost}`;
  return `${customer} ${origin.id}/${origin.step} ${occurrence} ${channel} ${variant} ${state} ${ended}`;
}

/** Messages that were open at a moment or came later. */
function shownSince(before: readonly Touch[], now: readonly Touch[]): string[] {
  const settled = before.filter(({ dueAt }) => dueAt === undefined);
  const over = new Set(settled.map(({ customer, id }) => `${customer} ${id}`));
  return now
    .filter(({ customer, id }) => !over.has(`${customer} ${id}`))
    .map(shown)
    .sort();
}

function counted(sums: Readonly<Record<string, number>>, kind: string): number {
  return countsOf(sums, kind).reduce((sum, [, count]) => sum + count, 0);
}

test('what is rehearsed is what then happens, to the minute, and leaves no trace', { timeout: 60_000 }, async () => {
  const seen = { sent: 0, collisions: 0, coupons: 0, pending: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
      const shop = await aShop(16, seed);
      const before = shop.all();
      const record = shop.live();
      const drawn = shop.drawn().length;

      const sums = await shop.rehearse(30);
      expect([shop.live(), shop.asked, shop.drawn().length, sums['customers failed']]).toEqual([
        record,
        [],
        drawn,
        undefined,
      ]);
      const rehearsed = shownSince([], shop.rehearsed());

      await shop.liveUntil(shop.world.clock.time + 30 * day);
      expect(rehearsed).toEqual(shownSince(before, shop.all()));
      expect(counted(sums, 'coupon')).toBe(shop.drawn().length - drawn);
      seen.sent += rowsOf(sums, 'sent').length;
      seen.collisions += counted(sums, 'collision');
      seen.coupons += counted(sums, 'coupon');
      seen.pending += sums.pending ?? 0;
    }),
    { numRuns: someOf(12) },
  );
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0);
});

test('the sums do not depend on how the base is cut, nor on how often a part runs short of time', async () => {
  const shop = await aShop(25, 7);
  const whole = await shop.rehearse(20);
  expect(whole['customers touched']).toBeGreaterThan(0);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        segments: fc.integer({ min: 1, max: 9 }),
        page: fc.integer({ min: 1, max: 30 }),
        minutes: fc.constantFrom(0, 15),
      }),
      async (cut) => {
        expect(await shop.rehearse(20, cut)).toEqual(whole);
      },
    ),
    { numRuns: someOf(6) },
  );
});

describe('one customer', () => {
  let shop: LivingShop;
  beforeAll(async () => {
    shop = aLivingShop();
    for (const id of shop.world.journeys.keys()) shop.world.change(id, { enabled: false });
    await shop.add(
      aBuyer([noon - 10 * day], { id: 'york', statements: { timezone: 'America/New_York' } }),
      aBuyer([noon - 11 * day], { id: 'china', phone: '+8613800001111' }),
      aBuyer([noon - 12 * day], { id: 'denied', consent: false }),
    );
  });

  test('hears of an evening’s campaign in the morning of their own clock', async () => {
    shop.campaign({ id: 'late', schedule: { at: { localTime: '21:30', date: '2026-11-26' } } }, buyers);
    const sums = await shop.rehearse(30);
    const sent = shop.rehearsed().filter(({ state }) => state === 'sent');
    const zones: Record<string, string> = { york: 'America/New_York', china: 'Asia/Shanghai' };
    expect(
      sent.map(({ customer, sentAt = 0 }) => [customer, onTheClock(sentAt, zones[customer] ?? '')]).sort(),
    ).toEqual([
      ['china', '2026-11-27 09:00'],
      ['york', '2026-11-27 09:00'],
    ]);
    expect(sums).toMatchObject({
      'customers all': 3,
      'customers touched': 2,
      'skipped consent': 1,
      'sent 2026-11-27 email new_once messages': 2,
      'origin campaign late messages': 2,
      'origin campaign late cost': 1600,
    });
    shop.campaigns.clear();
  });

  test('gets one of two campaigns that want one place: the other waits for it, and is given up', async () => {
    shop.campaign({ id: 'first', schedule: { at: '2026-11-25T03:00:00Z' }, priority: 90 }, buyers);
    shop.campaign({ id: 'hopeful', schedule: { at: '2026-11-25T03:00:00Z' }, expiresAfterHours: 400 }, buyers);
    shop.campaign({ id: 'hopeless', schedule: { at: '2026-11-25T03:00:00Z' } }, buyers);
    const sums = await shop.rehearse(30);
    expect(countsOf(sums, 'collision')).toEqual([
      [['promotional', 'class_cap', 'deferred'], 2],
      [['promotional', 'class_cap', 'skipped'], 2],
    ]);
    expect(rowsOf(sums, 'origin').map(({ by, spent }) => [by[1], spent.messages])).toEqual([
      ['first', 2],
      ['hopeful', 2],
    ]);
    expect(sums['customers touchedMore']).toBeUndefined();
    shop.campaigns.clear();
  });

  test('hears of a draft only where it is asked for, and of nothing that is paused', async () => {
    shop.campaign({ id: 'idea', schedule: { at: 'now' }, channels: byMail('promotional-a', ['sms']) }, buyers, true);
    shop.campaign({ id: 'held', schedule: { at: '2026-11-25T03:00:00Z' } }, buyers);
    const held = shop.campaigns.get('held');
    if (held) shop.campaigns.set('held', { ...held, state: 'paused', pausedFrom: 'scheduled' });
    expect(await shop.rehearse(30)).toEqual({ 'customers all': 3 });
    const sums = await shop.rehearse(30, { campaigns: ['idea'] });
    expect(rowsOf(sums, 'origin').map(({ by, spent }) => [by[1], spent.messages])).toEqual([['idea', 3]]);
    const [texts] = rowsOf(sums, 'sent').filter(({ by }) => by[1] === 'sms');
    expect(texts?.spent).toMatchObject({ messages: 1, parts: 1, cost: 45_000 });
    shop.campaigns.clear();
  });

  test('is counted as touched too often beyond the number given, and is given no more coupons than they may have', async () => {
    for (const week of [0, 1, 2, 3]) {
      const at = formatInstant(noon + (1 + 8 * week) * day);
      const coupon = week < 2 ? { couponId: 'fifty' } : {};
      shop.campaign(
        { id: `news-${week}`, class: 'news', channels: byMail('news-gift'), schedule: { at }, ...coupon },
        buyers,
      );
    }
    const sums = await shop.rehearse(30, { moreThan: 2 });
    expect(sums).toMatchObject({ 'coupon fifty': 2, 'skipped coupon_limit': 2, 'customers touchedMore': 2 });
    expect(await shop.rehearse(30, { moreThan: 3 })).not.toHaveProperty('customers touchedMore');
    shop.campaigns.clear();
  });
});
