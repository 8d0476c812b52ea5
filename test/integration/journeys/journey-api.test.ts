import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { journeyPresets } from '../../../shared/domain/journeys/presets.ts';
import { type ApiUnderTest, startApi } from '../../support/crm-api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.local.stop());
beforeEach(() => {
  api.sent.length = 0;
  // Past every cache.
  api.time += 60_000;
});

const sent = (type: string) => api.sent.filter(({ work }) => work.type === type);
const get = async (id: string) => (await api.call('GET', `/v1/journeys/${id}`)).json;
const own = {
  id: 'thanks',
  name: 'Thanks',
  trigger: { on: 'purchase.first' },
  steps: [{ send: { id: 'thank', class: 'transactional', channels: ['email'], template: 'order-confirmation' } }],
};
const wrong = async (body: object) => {
  const { status, json } = await api.call('POST', '/v1/journeys', { body: { ...own, id: 'wrong', ...body } });
  expect(status).toBe(422);
  return json.errors.map(({ field }: { field: string }) => field);
};

describe('journeys', () => {
  it('are the presets at first, two of them on', async () => {
    const { json } = await api.call('GET', '/v1/journeys');
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(
      journeyPresets.map(({ definition }) => definition.id),
    );
    const on = json.items.filter(({ enabled }: { enabled: boolean }) => enabled);
    expect(on.map(({ id }: { id: string }) => id)).toEqual(['order-confirmation', 'turned-silent']);
    expect(await get('win-back-45')).toMatchObject({ preset: true, enabled: false, version: 1, group: 'win-back' });
    expect((await api.call('GET', '/v1/journeys/none')).status).toBe(404);
  });

  it('are switched on, off, and on the same again', async () => {
    expect((await api.call('PATCH', '/v1/journeys/tier-up', { body: { enabled: true } })).json).toMatchObject({
      enabled: true,
      enabledAt: new Date(api.time).toISOString().replace('.000Z', 'Z'),
      version: 1,
    });
    const since = (await get('tier-up')).enabledAt;
    api.time += 60_000;
    await api.call('PATCH', '/v1/journeys/tier-up', { body: { enabled: true } });
    expect((await get('tier-up')).enabledAt).toBe(since);
    await api.call('PATCH', '/v1/journeys/tier-up', { body: { enabled: false } });
    expect(await get('tier-up')).toMatchObject({ enabled: false, version: 1 });
  });

  it('name the channels of their messages, and go back to those delivered', async () => {
    const channels = async () => (await get('order-confirmation')).definition.steps[0].send.channels;
    await api.call('PATCH', '/v1/journeys/order-confirmation', { body: { channels: { confirm: ['webhook', 'sms'] } } });
    expect(await channels()).toEqual(['webhook', 'sms']);
    expect(await get('order-confirmation')).toMatchObject({ version: 2, enabled: true });
    await api.call('PATCH', '/v1/journeys/order-confirmation', { body: { channels: { confirm: null } } });
    expect(await channels()).toEqual(['email', 'sms']);
    const unknown = await api.call('PATCH', '/v1/journeys/order-confirmation', {
      body: { channels: { other: ['sms'] } },
    });
    expect([unknown.status, unknown.json.errors[0].field]).toEqual([422, 'channels.other']);
    for (const given of [[], ['pigeon']]) {
      const { status } = await api.call('PATCH', '/v1/journeys/order-confirmation', {
        body: { channels: { confirm: given } },
      });
      expect(status).toBe(422);
    }
  });

  it('of your own are saved, changed and removed; an id is never given again', async () => {
    expect((await api.call('POST', '/v1/journeys', { body: own })).json).toMatchObject({ enabled: false, version: 1 });
    expect((await api.call('POST', '/v1/journeys', { body: own })).status).toBe(409);
    const changed = await api.call('PATCH', '/v1/journeys/thanks', { body: { name: 'Thank you', version: 1 } });
    expect(changed.json).toMatchObject({ name: 'Thank you', version: 2 });
    expect((await api.call('PATCH', '/v1/journeys/thanks', { body: { name: 'Thank', version: 1 } })).status).toBe(409);
    expect((await api.call('DELETE', '/v1/journeys/thanks')).status).toBe(204);
    expect((await api.call('GET', '/v1/journeys/thanks')).status).toBe(404);
    expect((await api.call('POST', '/v1/journeys', { body: own })).status).toBe(409);
    expect((await api.call('DELETE', '/v1/journeys/tier-up')).status).toBe(409);
    const { json } = await api.call('GET', '/v1/journeys');
    expect(json.items).toHaveLength(journeyPresets.length);
  });

  it('keep every version for those in flight', async () => {
    await api.call('POST', '/v1/journeys', { body: { ...own, id: 'versions' } });
    const exit = ['purchase'];
    await api.call('PATCH', '/v1/journeys/versions', { body: { exit } });
    await api.call('PATCH', '/v1/journeys/versions', { body: { exit: [] } });
    const { journeys } = api.marketing;
    const exits = await Promise.all(
      [1, 2, 3, 4].map(async (version) => (await journeys.definition('versions', version))?.exit),
    );
    expect(exits).toEqual([[], exit, [], undefined]);
  });

  it('that are wrong are refused with the place of what is', async () => {
    const [step] = own.steps;
    expect(await wrong({ steps: [] })).toEqual(['steps']);
    expect(await wrong({ steps: [step, step] })).toEqual(['steps[1].send.id']);
    expect(await wrong({ trigger: { on: 'full moon' } })).toEqual(['trigger.on']);
    expect(await wrong({ filter: { field: 'tier', op: 'eq', value: 'emperor' } })).toEqual(['filter.value']);
    const rule = { all: [{ field: 'gender', op: 'eq', value: 'F' }] };
    expect(await wrong({ steps: [{ branch: { if: { rule }, yes: [step] } }] })).toEqual([
      'steps[0].branch.if.rule.all[0].value',
    ]);
    expect(await wrong({ trigger: { on: 'segment.entered', segment: 'nobody' } })).toEqual(['trigger.segment']);
    expect(await wrong({ shops: ['nowhere'] })).toEqual(['shops[0]']);
    const send = { ...step?.send, template: 'unwritten', coupon: 'unknown' };
    expect(await wrong({ steps: [{ send }] })).toEqual(['steps[0].send.template', 'steps[0].send.coupon']);
    expect(await wrong({ colour: 'red' })).toHaveLength(1);
  });

  it('that go by dates make customers due on them, and everybody is recomputed', async () => {
    const marks = async () => (await api.deps.settings.readSettings()).value.next?.settings.dayMarks;
    await api.call('PATCH', '/v1/journeys/win-back-45', { body: { enabled: true } });
    expect(await marks()).toEqual({ sincePurchase: [45], birthday: [], anniversary: false });
    expect(sent('recompute.all')).toHaveLength(8);
    api.sent.length = 0;
    api.time += 60_000;
    await api.call('PATCH', '/v1/journeys/win-back-45', { body: { enabled: true } });
    expect(sent('recompute.all')).toEqual([]);
    await api.call('PATCH', '/v1/journeys/birthday', { body: { enabled: true } });
    await api.call('PATCH', '/v1/journeys/win-back-45', { body: { enabled: false } });
    expect(await marks()).toEqual({ sincePurchase: [], birthday: [0], anniversary: false });
    expect((await api.call('GET', '/v1/settings')).json).not.toHaveProperty('dayMarks');
  });

  it('that wait for events have those named where events are taken in', async () => {
    await api.call('PATCH', '/v1/journeys/abandoned-checkout', { body: { enabled: true } });
    expect((await api.deps.settings.readSettings()).value.next?.settings.eventMarks).toEqual(['checkout_started']);
    expect(sent('recompute.all')).toEqual([]);
  });

  it('that are entered with a segment begin by looking who is in', async () => {
    const rule = { field: 'gender', op: 'eq', value: 'female' };
    await api.call('POST', '/v1/segments', { body: { id: 'women', name: 'Women', rule } });
    const body = { ...own, id: 'women', trigger: { on: 'segment.entered', segment: 'women' }, enabled: true };
    expect((await api.call('POST', '/v1/journeys', { body })).status).toBe(201);
    expect(sent('journey.audience')).toHaveLength(8);
    expect(sent('journey.audience')[0]?.work).toMatchObject({ journey: 'women', baseline: true });
  });

  it('are paused and resumed: what waits is recalled', async () => {
    const at = new Date(api.time).toISOString().replace('.000Z', 'Z');
    expect((await api.call('POST', '/v1/journeys/turned-silent/pause')).json.pausedAt).toBe(at);
    expect((await api.call('POST', '/v1/journeys/turned-silent/pause')).json.pausedAt).toBe(at);
    expect(sent('origin.recall')).toEqual([]);
    expect((await api.call('POST', '/v1/journeys/turned-silent/resume')).json.pausedAt).toBeNull();
    expect(sent('origin.recall')).toHaveLength(8);
    expect(sent('origin.recall')[0]?.work).toMatchObject({ origin: 'journey', id: 'turned-silent' });
  });

  it('tell what came of them', async () => {
    const { json } = await api.call('GET', '/v1/journeys/turned-silent/report');
    expect(json).toMatchObject({ planned: 0, sent: 0, pending: 0 });
    expect((await api.call('GET', '/v1/journeys/none/report')).status).toBe(404);
  });

  it('are a marketer’s to write and everybody’s to read, and every change is in the audit log', async () => {
    const analyst = await api.keyOf('analyst');
    const marketer = await api.keyOf('marketer');
    const body = { enabled: false };
    expect((await api.call('GET', '/v1/journeys', { key: analyst })).status).toBe(200);
    expect((await api.call('PATCH', '/v1/journeys/tier-near', { key: analyst, body })).status).toBe(403);
    expect((await api.call('PATCH', '/v1/journeys/tier-near', { key: marketer, body: { enabled: true } })).status).toBe(
      200,
    );
    const [last] = (await api.call('GET', '/v1/audit?limit=1')).json.items;
    expect(last).toMatchObject({ action: 'journey.changed', target: 'journey/tier-near', changed: ['enabled'] });
  });
});
