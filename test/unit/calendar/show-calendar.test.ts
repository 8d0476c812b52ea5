import { expect, test } from 'vitest';
import { formatDay, parseDay } from '../../../shared/domain/calendar.ts';
import { type Campaign, type CampaignInput, campaignSchema } from '../../../shared/domain/campaigns/campaign.ts';
import type { Journey } from '../../../shared/domain/journeys/journey.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { showCalendar } from '../../../shared/usecases/campaigns/show-calendar.ts';
import { presetJourneys } from '../../../shared/usecases/journeys/preset-journeys.ts';

const now = Date.UTC(2026, 10, 23, 8);
const day = (text: string) => parseDay(text) ?? Number.NaN;

function campaign(id: string, schedule: CampaignInput['schedule'], over: Partial<Campaign> = {}): Campaign {
  const definition = campaignSchema.parse({
    id,
    name: `Campaign ${id}`,
    class: 'promotional',
    segmentId: 'all',
    channels: [{ channel: 'email', templateId: 'hello' }],
    schedule,
  });
  return { id, definition, state: 'scheduled', startedAt: now, rounds: [], createdAt: now, updatedAt: now, ...over };
}

function calendar(from: string, to: string, campaigns: readonly Campaign[], journeys: readonly Journey[] = []) {
  const settings = { ...defaultSettings, shopAnniversary: '12-01' };
  return showCalendar(day(from), day(to), {
    campaigns: { listCampaigns: async () => ({ items: campaigns.map((value) => ({ value, version: 1 })) }) },
    journeys: { journeys: async () => journeys, definition: async () => undefined },
    settings: { settings: async () => settings },
    clock: { now: () => now },
  });
}

async function shown(from: string, to: string, campaigns: readonly Campaign[], journeys: readonly Journey[] = []) {
  return (await calendar(from, to, campaigns, journeys)).map((one) => [
    formatDay(one.day),
    [...one.festivals.map(({ id }) => id), ...one.campaigns.map(({ id }) => id), ...one.journeys],
  ]);
}

test('shows the festivals of the days asked for, the shop’s own among them', async () => {
  expect(await shown('2026-12-01', '2027-02-14', [])).toEqual([
    ['2026-12-01', ['shop-anniversary']],
    ['2026-12-12', ['double-12']],
    ['2026-12-15', ['winter-collection']],
    ['2026-12-25', ['christmas']],
    ['2027-01-01', ['new-year']],
    ['2027-02-06', ['spring-festival']],
    ['2027-02-14', ['valentines-day']],
  ]);
});

test('shows every round of what repeats, on the day it is received, and none after it was cancelled', async () => {
  const weekly = campaign('weekly', { every: 'week', day: 2, localTime: '10:00' });
  const monthly = campaign('monthly', { every: 'month', day: 31, localTime: '10:00' });
  const ended = campaign('ended', { every: 'week', day: 2, localTime: '10:00' }, { state: 'cancelled' });
  expect(await shown('2026-11-23', '2026-12-02', [weekly, monthly, ended])).toEqual([
    ['2026-11-24', ['weekly']],
    ['2026-11-30', ['monthly']],
    ['2026-12-01', ['shop-anniversary', 'weekly']],
  ]);
});

test('shows what went out, what is set for an instant, and a draft where it would be launched, but none for at once', async () => {
  const past = { number: 1, launchedAt: Date.UTC(2026, 10, 20, 8), parts: 8 };
  const done = campaign('done', { at: 'now' }, { state: 'done', rounds: [past] });
  const set = campaign('set', { at: '2026-11-25T10:00:00+08:00' });
  const draft = campaign('draft', { at: '2026-11-26T10:00:00+08:00' }, { state: 'draft' });
  const atOnce = campaign('at-once', { at: 'now' }, { state: 'draft' });
  expect(await shown('2026-11-19', '2026-11-30', [done, set, draft, atOnce])).toEqual([
    ['2026-11-20', ['done']],
    ['2026-11-25', ['set']],
    ['2026-11-26', ['draft']],
  ]);
});

test('shows journeys that greet on a festival, where they are on', async () => {
  const greeting = presetJourneys.find(({ definition }) => definition.trigger.on === 'festival');
  if (!greeting) throw new Error('there is no greeting by festival');
  const definition = {
    ...greeting.definition,
    trigger: { on: 'festival', festival: 'christmas', daysBefore: 1, at: '10:00' },
  };
  const on = { ...greeting, definition, enabled: true } as Journey;
  expect(await shown('2026-12-20', '2026-12-24', [], [on])).toEqual([['2026-12-24', [on.id]]]);
  expect(await shown('2026-12-20', '2026-12-24', [], [{ ...on, enabled: false }])).toEqual([]);
});

test('refuses days that end before they begin, and more than two years of them', async () => {
  await expect(calendar('2026-11-23', '2026-11-22', [])).rejects.toThrow('must not be before from');
  await expect(calendar('2026-11-23', '2028-11-24', [])).rejects.toThrow('two years');
  await expect(calendar('2026-11-23', '2028-11-23', [])).resolves.toBeDefined();
});
