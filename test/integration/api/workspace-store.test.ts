import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { dynamoApiKeyStore } from '../../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoNightlyLimits } from '../../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoParkedEvents } from '../../../shared/adapters/dynamodb/workspace/parked-events.ts';
import { dynamoRunStore } from '../../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSettingsStore } from '../../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../../shared/adapters/dynamodb/workspace/shops.ts';
import { itemKey } from '../../../shared/adapters/dynamodb/workspace/workspace-table.ts';
import { BuyingSample } from '../../../shared/domain/predictions/buying-sample.ts';
import { fitModel } from '../../../shared/domain/predictions/model.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import {
  type AuditedChange,
  ConflictError,
  type InboundEvent,
  type ShopRecord,
} from '../../../shared/usecases/ports.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { seededNoise } from '../../support/seeded-noise.ts';

const start = Date.UTC(2026, 10, 23, 8);
let local: LocalTables;
let now = start;
const clock = { now: () => now };

beforeAll(async () => {
  local = await startTables();
});
afterAll(() => local.stop());

const table = () => ({ client: local.client, name: local.tableNames.workspace });
const keys = rootKeys('a root secret of sixty-four characters, made for these tests only');
const change: AuditedChange = {
  actor: { keyId: 'first', name: 'first', role: 'admin', requestId: 'r1' },
  at: start,
  action: 'shop.created',
  target: 'shop/east',
  changed: ['name'],
};
const east: ShopRecord = {
  id: 'east',
  platform: 'generic',
  name: 'East',
  currency: 'CNY',
  timezone: 'Asia/Shanghai',
  createdAt: start,
  updatedAt: start,
  secret: 'whsec_c2VjcmV0',
};

describe('shops', () => {
  it('are kept with their secrets sealed, and change only from the version read', async () => {
    const shops = dynamoShopStore(table(), keys, clock);
    await shops.createShop(east, change);
    await expect(shops.createShop(east, change)).rejects.toThrow(ConflictError);
    const read = await shops.readShop('east');
    expect(read).toEqual({ value: east, version: 1 });
    await shops.saveShop({ value: { ...east, name: 'East 2' }, version: 1 }, change);
    await expect(shops.saveShop({ value: east, version: 1 }, change)).rejects.toThrow(ConflictError);
    expect((await shops.listShops(undefined, 10)).items.map(({ name }) => name)).toEqual(['East 2']);
    const { Items } = await local.client.send(new ScanCommand({ TableName: local.tableNames.workspace }));
    expect(JSON.stringify(Items)).not.toContain('c2VjcmV0');
  });

  it('answer the webhook from a cache for two seconds, but never with a shop missing that is there', async () => {
    const shops = dynamoShopStore(table(), keys, clock);
    const writer = dynamoShopStore(table(), keys, clock);
    expect(await shops.shop('west')).toBeUndefined();
    await writer.createShop({ ...east, id: 'west' }, change);
    expect((await shops.shop('west'))?.name).toBe('East');
    await writer.removeShop('west', 1, change);
    expect((await shops.shop('west'))?.name).toBe('East');
    now += 2000;
    expect(await shops.shop('west')).toBeUndefined();
  });

  it('accept the secret before until its time is over', async () => {
    const shops = dynamoShopStore(table(), keys, clock);
    await shops.createShop({ ...east, id: 'turning', previous: { secret: 'whsec_b2xk', until: now + 1000 } }, change);
    expect((await shops.shop('turning'))?.secrets).toEqual(['whsec_c2VjcmV0', 'whsec_b2xk']);
    now += 1000;
    expect((await shops.shop('turning'))?.secrets).toEqual(['whsec_c2VjcmV0']);
  });
});

describe('settings', () => {
  it('are the defaults until saved, then take effect at their moment for every reader, cached or not', async () => {
    const store = dynamoSettingsStore(table(), clock);
    const reader = dynamoSettingsStore(table(), clock);
    expect(await reader.settings(now)).toEqual(defaultSettings);
    const first = { ...defaultSettings, version: 1, baseCurrency: 'EUR' };
    await store.saveSettings({ value: { current: first, baseCurrencyChosen: true }, version: 0 }, change);
    expect(await reader.settings(now)).toEqual(first);
    const second = { ...first, version: 2, labels: { lost: 'churned' } };
    const effectiveAt = now + 2000;
    const next = { settings: second, effectiveAt };
    await store.saveSettings({ value: { current: first, next, baseCurrencyChosen: true }, version: 1 }, change);
    expect(await store.settings(effectiveAt - 1)).toEqual(first);
    now = effectiveAt;
    expect(await store.settings(now)).toEqual(second);
    expect(await reader.settings(now)).toEqual(second);
    await expect(
      store.saveSettings({ value: { current: first, baseCurrencyChosen: true }, version: 1 }, change),
    ).rejects.toThrow(ConflictError);
  });
});

describe('settings saved before customers were valued', () => {
  it('take the defaults of value', async () => {
    const { rfm, tiers, points, regionGroups, tagRules, ...before } = defaultSettings;
    const theirs = await startTables();
    const own = { client: theirs.client, name: theirs.tableNames.workspace };
    const body = JSON.stringify({ current: { ...before, baseCurrency: 'EUR' }, baseCurrencyChosen: true });
    await own.client.send(
      new PutItemCommand({
        TableName: own.name,
        Item: { ...itemKey('settings', 'workspace'), version: { N: '1' }, body: { S: body } },
      }),
    );
    const settings = await dynamoSettingsStore(own, clock).settings(now);
    expect(settings).toEqual({ ...before, baseCurrency: 'EUR', rfm, tiers, points, regionGroups, tagRules });
    await theirs.stop();
  });
});

describe('the limits of a night', () => {
  it('give way to later ones only', async () => {
    const store = dynamoNightlyLimits(table(), clock);
    const limits = (run: string, asOf: number) => ({
      run,
      asOf,
      pyramid: { keyFrom: 10, majorFrom: 5 },
      predictions: fitModel(new BuyingSample(), { asOf: 20_000, currency: 'CNY' }),
    });
    expect(await store.nightlyLimits()).toBeUndefined();
    expect(await store.replaceLimits(limits('n2', 200))).toBe(true);
    expect(await store.replaceLimits(limits('n1', 100))).toBe(false);
    expect(await dynamoNightlyLimits(table(), clock).nightlyLimits()).toEqual(limits('n2', 200));
    expect(await store.replaceLimits(limits('n3', 300))).toBe(true);
    expect((await store.nightlyLimits())?.run).toBe('n3');
  });
});

describe('API keys', () => {
  it('are found by their hash until removed by their public name', async () => {
    const store = dynamoApiKeyStore(table(), clock);
    const key = { keyId: 'k1', name: 'console', role: 'analyst' as const, createdAt: start };
    await store.addKey('a'.repeat(64), key, change);
    expect(await store.findKey('a'.repeat(64))).toEqual(key);
    expect(await store.findKey('b'.repeat(64))).toBeUndefined();
    expect((await store.listKeys(undefined, 10)).items).toEqual([key]);
    expect(await store.removeKey('k1', change)).toBe(true);
    expect(await store.removeKey('k1', change)).toBe(false);
    expect(await store.findKey('a'.repeat(64))).toBeUndefined();
  });
});

describe('the audit log', () => {
  it('has an entry per change, newest first, page by page', async () => {
    const log = dynamoAuditLog(table());
    await log.record({ ...change, at: start + 60_000, target: 'last' });
    const first = await log.listAudit(undefined, 2);
    expect(first.items[0]?.target).toBe('last');
    expect(first.items).toHaveLength(2);
    const second = await log.listAudit(first.next, 100);
    expect(second.items.length).toBeGreaterThanOrEqual(5);
    expect(second.next).toBeUndefined();
  });
});

describe('parked events', () => {
  const event = (over: Partial<InboundEvent> = {}): InboundEvent => ({
    shop: 'east',
    id: 'msg_1',
    query: {},
    headers: { 'webhook-id': 'msg_1' },
    body: Buffer.from('{"type":"order.updated"}').toString('base64'),
    receivedAt: start,
    ...over,
  });
  const cause = { reason: 'invalid' as const, detail: 'one field', errors: [{ field: 'data.id', message: 'missing' }] };

  it('are one row however often they come, and give the event back as it was', async () => {
    now = start;
    const parked = dynamoParkedEvents(table(), clock);
    await parked.park(event(), cause);
    await parked.park(event({ receivedAt: start + 5000 }), cause);
    const { items } = await parked.listParked({ shop: 'east' }, undefined, 10);
    expect(items).toHaveLength(1);
    const [row] = items;
    expect(row).toMatchObject({ ...cause, shop: 'east', seen: 2, firstAt: start, lastAt: start + 5000, bytes: 24 });
    const read = await parked.readParked(row?.id ?? '');
    expect(read?.event).toEqual(event({ receivedAt: start + 5000 }));
    await parked.removeParked(row?.id ?? '');
    await parked.removeParked(row?.id ?? '');
    expect(await parked.readParked(row?.id ?? '')).toBeUndefined();
    const { Items = [] } = await local.client.send(new ScanCommand({ TableName: local.tableNames.workspace }));
    expect(Items.filter((item) => item.kind?.S?.startsWith('parked'))).toEqual([]);
  });

  it('of a reason that is not known any more are listed and given back as they are', async () => {
    now = start;
    const parked = dynamoParkedEvents(table(), clock);
    const old = { reason: 'not_handled_yet' as typeof cause.reason, detail: 'of an older version' };
    await parked.park(event({ id: 'old', shop: 'older' }), old);
    const { items } = await parked.listParked({ shop: 'older' }, undefined, 10);
    expect(items).toMatchObject([{ ...old, shop: 'older' }]);
    const read = await parked.readParked(items[0]?.id ?? '');
    expect(read).toEqual({ row: items[0], event: event({ id: 'old', shop: 'older' }) });
    await parked.removeParked(items[0]?.id ?? '');
  });

  it('hold bodies larger than an item, filter, page and expire', async () => {
    now = start;
    const parked = dynamoParkedEvents(table(), clock);
    const body = seededNoise(900_000, 1).toString('base64');
    await parked.park(event({ id: 'large', body }), { reason: 'rate_missing', detail: 'large' });
    for (const id of ['a', 'b', 'c']) await parked.park(event({ id, shop: 'west' }), cause);
    const [large] = (await parked.listParked({ reason: 'rate_missing' }, undefined, 10)).items;
    expect((await parked.readParked(large?.id ?? ''))?.event.body).toBe(body);
    const first = await parked.listParked({ shop: 'west' }, undefined, 2);
    const second = await parked.listParked({ shop: 'west' }, first.next, 2);
    expect(first.items).toHaveLength(2);
    expect(second.items).toHaveLength(1);
    now = start + 91 * 86_400_000;
    expect((await parked.listParked({}, undefined, 10)).items).toEqual([]);
    expect(await parked.readParked(large?.id ?? '')).toBeUndefined();
  });
});

describe('runs', () => {
  it('count every step once and end with their last part', async () => {
    const runs = dynamoRunStore(table());
    const run = { id: 'night-1', type: 'night' as const, asOf: start, startedAt: start, parts: 2 };
    expect(await runs.startRun(run)).toBe(true);
    expect(await runs.startRun(run)).toBe(false);
    const step = (part: string, last: boolean, after?: string) => ({
      part,
      last,
      counts: { read: 3, changed: 1 },
      ...(after !== undefined && { after }),
    });
    await runs.stepDone('night-1', step('0', false), start + 1);
    await runs.stepDone('night-1', step('0', false), start + 1);
    await runs.stepDone('night-1', step('0', true, 'x'), start + 2);
    expect(await runs.readRun('night-1')).toMatchObject({ partsDone: 1, counts: { read: 6, changed: 2 } });
    const done = await runs.stepDone('night-1', step('1', true), start + 3);
    expect(done).toEqual({ ...run, partsDone: 2, counts: { read: 9, changed: 3 }, finishedAt: start + 3 });
    expect(await runs.readRun('night-1')).toEqual(done);
    expect(await runs.stepDone('none', step('1', true), start)).toBeUndefined();
  });
});
