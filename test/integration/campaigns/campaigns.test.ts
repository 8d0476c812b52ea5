import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignInput } from '../../../shared/domain/campaigns/campaign.ts';
import { aBuyer, type CampaignWorld, startCampaignWorld } from '../../support/campaign-world.ts';
import { hour } from '../../support/touches.ts';

let world: CampaignWorld;
let begun = 0;

beforeAll(async () => {
  world = await startCampaignWorld();
  begun = world.api.time;
  await world.addTemplate('spring', 'promotional');
  await world.addTemplate('other', 'promotional', 'Another text, {{ customer.name | default: "you" }}.');
});
afterAll(() => world?.stop());

/** Customers only one test knows, by a tag of their ids: caps of one test must not stop another. */
async function someCustomers(
  name: string,
  count: number,
  of: (number: number) => object = () => ({}),
): Promise<string> {
  const first = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0) % 900_000;
  const customers = Array.from({ length: count }, (_, number) => {
    const id = `c_${name}_${number}`;
    return aBuyer(first * 100 + number, begun, { id, ...of(number) });
  });
  await world.addCustomers(customers);
  const rule = { field: 'id', op: 'in', value: customers.map(({ id }) => id) };
  const { status, text } = await world.api.call('POST', '/v1/segments', { body: { id: name, name, rule } });
  expect(status, text).toBe(201);
  return name;
}

function aCampaign(id: string, changes: Partial<CampaignInput> = {}): CampaignInput {
  return {
    id,
    name: id,
    class: 'promotional',
    segmentId: id,
    channels: [{ channel: 'email', templateId: 'spring' }],
    schedule: { at: 'now' },
    ...changes,
  };
}

const stateOf = async (id: string) => (await world.api.call('GET', `/v1/campaigns/${id}`)).json;
const post = (path: string, body?: unknown) => world.api.call('POST', path, body === undefined ? {} : { body });

describe('the whole way of a campaign', () => {
  it('is created, reviewed, launched, planned, sent and counted', async () => {
    await someCustomers('spring', 60, (number) =>
      number % 6 === 5 ? { consent: false } : number % 6 === 4 ? { email: undefined } : {},
    );
    const review = await world.launch(aCampaign('spring', { holdout: 0.2 }));
    expect(review).toMatchObject({
      state: 'done',
      count: 60,
      unreachable: { consent: 10, address: 10 },
      heldBack: {},
      averageOrder: { amount: '120.00', currency: 'CNY' },
      advice: { growing: { amount: '144.00' }, mature: { amount: '180.00' } },
      problems: [],
    });
    expect(review.recipients + review.holdout).toBe(40);
    expect(review.holdout).toBeGreaterThan(0);
    const before = world.handed.length;
    await world.settle();
    const report = await world.report('spring');
    expect(report).toMatchObject({
      planned: review.recipients + 20,
      sent: review.recipients,
      skipped: { consent: 10, address: 10 },
      failed: 0,
      unconfirmed: 0,
      pending: 0,
      holdout: review.holdout,
    });
    expect(world.handed.length - before).toBe(review.recipients);
    // Who could not be reached was not drawn, and is in neither arm.
    expect(report.arms).toMatchObject({
      treated: { customers: review.recipients },
      holdout: { customers: review.holdout },
    });
    expect(await stateOf('spring')).toMatchObject({ state: 'running', rounds: [{ number: 1, planned: true }] });
  });

  it('is over when its messages have expired, and planned only once, however often its work comes', async () => {
    const touches = await world.touches('spring');
    for (let segment = 0; segment < 8; segment++) {
      await world.doWork({ type: 'campaign.audience', campaign: 'spring', round: 1, segment, segments: 8 });
    }
    await world.doWork({ type: 'campaign.due', campaign: 'spring' });
    expect(await world.touches('spring')).toEqual(touches);
    const now = world.api.time;
    await world.sweepAt(now + 72 * hour + 1);
    await world.settle();
    expect(await stateOf('spring')).toMatchObject({ state: 'done', nextAt: null });
    world.api.time = now;
  });

  it('goes on where a part ran short of time', async () => {
    await someCustomers('short', 40);
    await world.launch(aCampaign('short'));
    let steps = 0;
    for (let sent = world.api.sent.splice(0); sent.length > 0; sent = world.api.sent.splice(0)) {
      // Never time for more than one page.
      for (const { work } of sent) await world.doWork(work, () => 0);
      steps += sent.length;
    }
    expect(steps).toBeGreaterThanOrEqual(9);
    expect(await world.report('short')).toMatchObject({ planned: 40, pending: 40 });
    await world.settle();
    expect(await world.report('short')).toMatchObject({ planned: 40, sent: 40, pending: 0 });
  });
});

describe('before it is launched', () => {
  it('what is wrong in it is told with its place', async () => {
    const { status, json } = await post(
      '/v1/campaigns',
      aCampaign('wrong', { segmentId: 'nobody', class: 'news', couponId: 'none' }),
    );
    expect(status).toBe(422);
    expect(json.errors.map(({ field }: { field: string }) => field)).toEqual([
      'segmentId',
      'couponId',
      'channels[0].templateId',
    ]);
  });

  it('it takes a review of the last day, of what it is by now', async () => {
    await someCustomers('reviewed', 5);
    await post('/v1/campaigns', aCampaign('reviewed'));
    const path = '/v1/campaigns/reviewed';
    const launch = (review: string) => post(`${path}/launch`, { review });
    expect((await launch('none')).json.detail).toContain('This is not its last review');
    const first = (await post(`${path}/review`)).json.id;
    const second = (await post(`${path}/review`)).json.id;
    expect((await launch(first)).status).toBe(409);
    await world.api.call('PATCH', path, { body: { holdout: 0.1 } });
    expect((await launch(second)).json.detail).toContain('has changed since the review');
    const third = (await post(`${path}/review`)).json.id;
    await world.api.call('PATCH', '/v1/segments/reviewed', { body: { name: 'The same, changed' } });
    expect((await launch(third)).json.detail).toContain('has changed since the review');
    const fourth = (await post(`${path}/review`)).json.id;
    world.api.time += 25 * hour;
    expect((await launch(fourth)).json.detail).toContain('older than a day');
    world.api.time -= 25 * hour;
    expect((await launch(fourth)).status).toBe(200);
    expect((await launch(fourth)).json.detail).toContain('scheduled already');
    await world.settle();
  });

  it('a review that has no time goes on as work, and nobody launches before it is done', async () => {
    await someCustomers('slow', 30);
    await post('/v1/campaigns', aCampaign('slow'));
    const { reviewCampaign } = await import('../../../shared/usecases/campaigns/review-campaign.ts');
    const review = await reviewCampaign('slow', 0, world.api.marketing, 10);
    expect(review.state).toBe('running');
    expect((await post('/v1/campaigns/slow/launch', { review: review.id })).json.detail).toContain('still running');
    let steps = 0;
    for (let sent = world.api.sent.splice(0); sent.length > 0; sent = world.api.sent.splice(0)) {
      for (const { work } of sent) await world.doWork(work, () => 0);
      steps += sent.length;
    }
    expect(steps).toBeGreaterThan(1);
    const done = (await world.api.call('GET', '/v1/campaigns/slow/review')).json;
    expect(done).toMatchObject({ id: review.id, state: 'done', count: 30, recipients: 30 });
    expect((await post('/v1/campaigns/slow/launch', { review: review.id })).status).toBe(200);
    await world.settle();
  });

  it('a draft can be deleted, and nothing that was launched', async () => {
    await post('/v1/campaigns', aCampaign('draft', { segmentId: 'slow' }));
    expect((await world.api.call('DELETE', '/v1/campaigns/draft')).status).toBe(204);
    expect((await world.api.call('GET', '/v1/campaigns/draft')).status).toBe(404);
    expect((await world.api.call('DELETE', '/v1/campaigns/slow')).json.detail).toContain('only drafts are deleted');
  });

  it('a text message is counted in parts as it will be cut, and priced', async () => {
    await someCustomers('texts', 4, (number) => ({ statements: { name: number < 2 ? 'Li' : 'Alexandra' } }));
    await world.addTemplate('long', 'promotional', `{{ customer.name | default: "" }}${'、'.repeat(52)}`);
    await post('/v1/campaigns', aCampaign('texts', { channels: [{ channel: 'sms', templateId: 'long' }] }));
    const review = (await post('/v1/campaigns/texts/review')).json;
    const [sms] = review.channels;
    // 【North】, 52 letters, 拒收请回复R and the name: below 70 for two of them, above for the others.
    expect(sms).toMatchObject({ channel: 'sms', messages: 4, parts: 6 });
    expect(sms.cost).toEqual({ amount: '0.27', currency: 'CNY' });
    const id = review.id;
    await post('/v1/campaigns/texts/launch', { review: id });
    await world.settle();
    const report = await world.report('texts');
    expect(report).toMatchObject({ sent: 4, parts: 6, costs: { messages: { amount: '0.27' } } });
  });

  it('coupon stock, margin, threshold and budget are doubted where they should be', async () => {
    await someCustomers('offer', 5);
    const cost = { price: '120.00', cost: '100.00', title: 'Tea' };
    expect((await post('/v1/products', { shop: 'north', id: 'tea', ...cost })).status).toBeLessThan(300);
    const coupon = { kind: 'threshold', value: '50.00', minimum: '100.00', codes: 'pool' };
    expect((await post('/v1/coupons', { id: 'offer', ...coupon })).status).toBe(201);
    expect((await post('/v1/coupons/offer/codes', { codes: ['A1', 'A2', 'A3'] })).status).toBeLessThan(300);
    await post('/v1/campaigns', aCampaign('offer', { couponId: 'offer', budget: '0.001' }));
    const review = (await post('/v1/campaigns/offer/review')).json;
    expect(review).toMatchObject({ coupon: { id: 'offer', needed: 5, left: 3 }, budget: { amount: '0.00' } });
    expect(review.margin).toBeCloseTo(1 / 6, 10);
    const warnings = review.warnings.join('\n');
    for (const words of [
      'has 3 codes left for 5',
      'budget does not cover',
      'exceeds the margin (17 %)',
      'no higher than the average',
    ]) {
      expect(warnings).toContain(words);
    }
  });

  it('a template that cannot be filled for somebody is a problem, and is not launched', async () => {
    await someCustomers('unfilled', 3);
    const template = { channel: 'email', class: 'promotional', locale: 'zh-CN', subject: 'Hello' };
    const { status, text } = await post('/v1/templates', { ...template, id: 'unfilled', text: '{{ coupon.code }}' });
    expect(status, text).toBe(201);
    await post('/v1/campaigns', aCampaign('unfilled', { channels: [{ channel: 'email', templateId: 'unfilled' }] }));
    const review = (await post('/v1/campaigns/unfilled/review')).json;
    expect(review.problems).toMatchObject([{ template: 'email/unfilled', messages: 3 }]);
    const refused = await post('/v1/campaigns/unfilled/launch', { review: review.id });
    expect(refused.json.detail).toContain('could not be filled for everybody');
  });

  it('who is held back is told, by the gate', async () => {
    await someCustomers('again', 6, (number) => ({ daysAgo: number < 2 ? 400 : 30 }));
    await world.launch(aCampaign('again'));
    await world.settle();
    await post('/v1/campaigns', aCampaign('again-2', { segmentId: 'again' }));
    const review = (await post('/v1/campaigns/again-2/review')).json;
    expect(review).toMatchObject({ recipients: 6, heldBack: { class_cap: 6 } });
    expect(await world.report('again')).toMatchObject({ sent: 4, skipped: { class_cap: 2 } });
  });
});

describe('while it runs', () => {
  it('pause holds back what has not left, resume sends it, and nothing is sent twice or lost', async () => {
    await someCustomers('paused', 30);
    await world.launch(aCampaign('paused'));
    await world.drainWork();
    const calls = world.calls.splice(0);
    const before = world.handed.length;
    world.calls.push(...calls.slice(0, 12));
    await world.drainCalls();
    expect((await post('/v1/campaigns/paused/pause')).status).toBe(200);
    world.api.time += 3000;
    world.calls.push(...calls.slice(12));
    await world.drainCalls();
    expect(world.handed.length - before).toBe(12);
    expect(await world.report('paused')).toMatchObject({ planned: 30, sent: 12, pending: 18 });
    expect((await post('/v1/campaigns/paused/pause')).json.detail).toContain('is paused already');
    expect((await post('/v1/campaigns/paused/resume')).status).toBe(200);
    world.api.time += 6000;
    world.calls.push(...calls);
    await world.settle();
    expect(await world.report('paused')).toMatchObject({ planned: 30, sent: 30, pending: 0 });
    expect(world.handed.length - before).toBe(30);
  });

  it('what a resumption does not find comes by itself within the hour', async () => {
    await someCustomers('missed', 8);
    await world.launch(aCampaign('missed'));
    await post('/v1/campaigns/missed/pause');
    world.api.time += 3000;
    await world.settle();
    await post('/v1/campaigns/missed/resume');
    world.api.time += 3000;
    world.api.sent.splice(0);
    await world.sweepAt(world.api.time + hour);
    await world.settle();
    expect(await world.report('missed')).toMatchObject({ planned: 8, sent: 8 });
    world.api.time -= hour;
  });

  it('cancelled, what waits is given up, and planning ends', async () => {
    await someCustomers('given-up', 30);
    await world.launch(aCampaign('given-up', { schedule: { at: { localTime: '20:00' } } }));
    await world.drainWork();
    expect(await world.report('given-up')).toMatchObject({ planned: 30, pending: 30 });
    expect((await post('/v1/campaigns/given-up/cancel')).status).toBe(200);
    await world.settle();
    expect(await world.report('given-up')).toMatchObject({ planned: 30, skipped: { cancelled: 30 }, pending: 0 });
    await world.doWork({ type: 'campaign.audience', campaign: 'given-up', round: 1, segment: 0, segments: 8 });
    expect(await world.touches('given-up')).toHaveLength(30);
    expect((await post('/v1/campaigns/given-up/resume')).status).toBe(409);
  });

  it('without its segment it pauses by itself, and says so', async () => {
    await someCustomers('segment', 3);
    await world.launch(aCampaign('segment'));
    expect((await world.api.call('DELETE', '/v1/segments/segment')).status).toBe(204);
    await world.settle();
    expect(await stateOf('segment')).toMatchObject({ state: 'paused', pauseReason: 'segment_gone', rounds: [] });
    expect(await world.touches('segment')).toEqual([]);
  });

  it('what is called for after the cancellation does not leave', async () => {
    await someCustomers('late', 10);
    await world.launch(aCampaign('late'));
    await world.drainWork();
    const before = world.handed.length;
    await post('/v1/campaigns/late/cancel');
    world.api.time += 3000;
    await world.drainCalls();
    expect(world.handed.length).toBe(before);
    expect(await world.report('late')).toMatchObject({ skipped: { cancelled: 10 } });
    await world.settle();
  });

  it('a budget is never passed, whatever the parts do at once', async () => {
    await someCustomers('budget', 50);
    // 0.0008 for each mail: room for 23.
    await world.launch(aCampaign('budget', { budget: '0.019' }));
    await world.settle();
    const report = await world.report('budget');
    expect(report).toMatchObject({ planned: 50, sent: 23, skipped: { budget: 27 } });
    for (let segment = 0; segment < 8; segment++) {
      await world.doWork({ type: 'campaign.audience', campaign: 'budget', round: 1, segment, segments: 8 });
    }
    await world.settle();
    expect(await world.report('budget')).toEqual(report);
  });

  it('a test is decided by what people did, and the rest get the winner', async () => {
    await someCustomers('test', 80);
    const channels = (templateId: string) => [{ channel: 'email' as const, templateId }];
    await world.launch(
      aCampaign('test', {
        variants: {
          of: [
            { id: 'a', share: 0.5, channels: channels('spring') },
            { id: 'b', share: 0.5, channels: channels('other') },
          ],
          test: { share: 0.4, metric: 'opened', waitHours: 2 },
        },
      }),
    );
    const launchedAt = world.api.time;
    await world.settle();
    const tested = await world.touches('test');
    const ofB = tested.filter(({ variant }) => variant === 'b');
    expect(ofB.length).toBeGreaterThan(0);
    const waiting = tested.filter(({ variant }) => variant === 'winner');
    expect(waiting.every(({ state, dueAt }) => state === 'planned' && dueAt === launchedAt + 2 * hour)).toBe(true);
    for (const touch of ofB) {
      const { version = 0 } = (await world.api.marketing.touches.readTouch(touch)) ?? {};
      const opened = { ...touch, reactions: { opened: launchedAt + hour } };
      await world.api.marketing.touches.commit({ touches: [{ value: opened, version }] });
    }
    await world.sweepAt(launchedAt + 2 * hour);
    await world.settle();
    // Some asked before the decision: they wait for five minutes.
    await world.sweepAt(launchedAt + 2 * hour + 6 * 60_000);
    await world.settle();
    expect((await stateOf('test')).rounds[0].winner).toMatchObject({ variant: 'b', decided: true });
    const after = await world.touches('test');
    expect(after.every(({ state }) => state === 'sent')).toBe(true);
    const rest = after.filter(({ id, customer }) => waiting.some((one) => one.id === id && one.customer === customer));
    expect(new Set(rest.map(({ template, variant }) => `${template} ${variant}`))).toEqual(new Set(['other b']));
    world.api.time = launchedAt;
  });

  it('a series goes out round after round, each on its day by each recipient’s clock', async () => {
    const now = world.api.time;
    await someCustomers('letter', 6, (number) => ({
      statements: number < 3 ? { timezone: 'America/New_York' } : {},
    }));
    // 23 November 2026 is a Monday.
    await world.launch(
      aCampaign('letter', {
        schedule: { every: 'week', day: 5, localTime: '10:00', until: '2026-12-20' },
        expiresAfterHours: 24,
      }),
    );
    await world.settle();
    expect(await stateOf('letter')).toMatchObject({ state: 'scheduled', nextAt: '2026-11-26T20:00:00Z' });
    await world.sweepAt(Date.parse('2026-11-26T20:00:00Z'));
    await world.drainWork();
    const dues = (await world.touches('letter')).map(({ dueAt }) => new Date(dueAt ?? 0).toISOString()).sort();
    expect(dues).toEqual([...Array(3).fill('2026-11-27T02:00:00.000Z'), ...Array(3).fill('2026-11-27T15:00:00.000Z')]);
    for (const time of ['2026-11-27T02:00:00Z', '2026-11-27T15:00:00Z']) {
      await world.sweepAt(Date.parse(time));
      await world.settle();
    }
    expect(await world.report('letter')).toMatchObject({ planned: 6, sent: 6 });
    expect(await stateOf('letter')).toMatchObject({ state: 'running', nextAt: '2026-12-03T20:00:00Z' });
    await world.sweepAt(Date.parse('2026-12-03T20:00:00Z'));
    await world.drainWork();
    expect(await stateOf('letter')).toMatchObject({ rounds: [{ day: '2026-11-27' }, { day: '2026-12-04' }] });
    const second = await world.api.call('GET', '/v1/campaigns/letter/report?round=2');
    expect(second.json).toMatchObject({ planned: 6, pending: 6 });
    world.api.time = now;
    world.calls.splice(0);
  });
});

describe('a customer asks', () => {
  it('why me, or why not: the segment, the draw, the gates and what became of it', async () => {
    await someCustomers('asked', 20, (number) => (number === 0 ? { consent: false } : {}));
    await world.launch(aCampaign('asked', { holdout: 0.5 }));
    await world.settle();
    await post('/v1/campaigns', aCampaign('asked-2', { segmentId: 'asked' }));
    const why = async (customer: string, campaign = 'asked') =>
      (await world.api.call('GET', `/v1/customers/${customer}/why?campaign=${campaign}`)).json.campaigns[0];
    expect(await why('c_asked_0')).toMatchObject({ member: true, draw: 'unreachable', reason: 'consent' });
    const touches = await world.touches('asked');
    const heldOut = touches.find(({ state }) => state === 'heldout')?.customer ?? '';
    expect(await why(heldOut)).toMatchObject({ member: true, draw: 'heldout', touches: [{ state: 'heldout' }] });
    const sent = touches.find(({ state }) => state === 'sent')?.customer ?? '';
    expect(await why(sent)).toMatchObject({ member: true, draw: 'message', touches: [{ state: 'sent' }] });
    const now = [{ channel: 'email', verdict: 'skip', reason: 'class_cap' }];
    expect(await why(sent, 'asked-2')).toMatchObject({ state: 'draft', draw: 'message', now, touches: [] });
    expect(await why(heldOut, 'asked-2')).toMatchObject({ now: [{ verdict: 'send' }] });
    expect(await why('c_letter_0')).toMatchObject({ member: false });
    expect((await world.api.call('GET', '/v1/customers/c_asked_1/why?campaign=nothing')).status).toBe(404);
  });

  it('a customer who was merged after planning is not planned a second time', async () => {
    await someCustomers('merged', 2);
    await world.launch(aCampaign('merged'));
    await world.drainWork();
    world.calls.splice(0);
    const files = await world.api.store.readFiles(['c_merged_0', 'c_merged_1']);
    const [one, other] = ['c_merged_0', 'c_merged_1'].map((id) => {
      const item = files.get(id);
      if (item?.value.type !== 'file') throw new Error(`there is no ${id}`);
      return { file: item.value.file, version: item.version };
    });
    if (!one || !other) throw new Error('the customers are gone');
    // The survivor was planned for as well: taken back here, so that only the alias is left.
    const { mergeFiles } = await import('../../../shared/domain/customers/customer-file.ts');
    await world.api.store.commit({
      cause: 'test',
      files: [
        {
          value: {
            type: 'file',
            file: { ...mergeFiles(one.file, other.file), id: 'c_merged_9', aliases: ['c_merged_0', 'c_merged_1'] },
          },
          version: 0,
        },
        { value: { type: 'redirect', id: 'c_merged_0', to: 'c_merged_9' }, version: one.version },
        { value: { type: 'redirect', id: 'c_merged_1', to: 'c_merged_9' }, version: other.version },
      ],
    });
    for (let segment = 0; segment < 8; segment++) {
      await world.doWork({ type: 'campaign.audience', campaign: 'merged', round: 1, segment, segments: 8 });
    }
    expect((await world.touches('merged')).map(({ customer }) => customer).sort()).toEqual([
      'c_merged_0',
      'c_merged_1',
    ]);
  });
});
