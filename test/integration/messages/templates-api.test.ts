import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestCall, TouchCall } from '../../../shared/contracts/work.ts';
import { withBlock } from '../../../shared/domain/contact-policy/standing.ts';
import { addressKeyOf } from '../../../shared/usecases/messages/plan-touches.ts';
import { type Answer, type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';
import { agreeing, customerOf, recordSale } from '../../support/segment-orders.ts';

let api: ApiUnderTest;
let marketer: string;
let analyst: string;
let ann: string;
const tried: TestCall[] = [];
const called: TouchCall[] = [];
const phone = '+8613800138000';

beforeAll(async () => {
  api = await startApi({
    queues: {
      call: async (calls: readonly TouchCall[]) => void called.push(...calls),
      try: async (call: TestCall) => void tried.push(call),
    },
  });
  await api.call('POST', '/v1/shops', { body: { id: 'east', platform: 'generic', name: '东山茶铺', currency: 'CNY' } });
  api.time += 60_000;
  [marketer, analyst] = await Promise.all([api.keyOf('marketer'), api.keyOf('analyst')]);
  const says = { ...agreeing('sms', phone), name: '林小满', email: 'ann@example.com' };
  await recordSale(api, { buyer: 'ann', on: '2026-11-20', total: 33_100, products: ['龙井', '盖碗'], says });
  ann = await customerOf(api, 'ann');
});
afterAll(() => api.local.stop());

const sms = {
  id: 'spring-tea',
  channel: 'sms',
  class: 'promotional',
  locale: 'zh-CN',
  text: '{{ customer.name | default: "您好" }}，春茶上新：https://tea.example/new?from=sms',
};
const mail = {
  id: 'spring-tea',
  channel: 'email',
  class: 'promotional',
  locale: 'zh-CN',
  subject: '{{ shop.name }}春茶上新',
  text: '{{ customer.name | default: "朋友" }}，您好！\n\n春茶上新，欢迎看看：https://tea.example/new',
};
const errorsOf = ({ json }: Answer) => json.errors as { field: string; message: string }[];
const create = (body: unknown, key = marketer) => api.call('POST', '/v1/templates', { body, key });

describe('templates', () => {
  test('are saved, shown, changed under their version and removed, each in the audit log', async () => {
    expect(await create(sms)).toMatchObject({ status: 201, json: { ...sms, version: 1, builtIn: false, html: null } });
    expect(await create(mail)).toMatchObject({ status: 201 });
    expect(await create(sms)).toMatchObject({
      status: 409,
      json: { detail: 'There is a template spring-tea for sms in zh-CN already.' },
    });
    const at = '/v1/templates/spring-tea?channel=sms&locale=zh-CN';
    const changed = { text: '春茶上新：https://tea.example/new', version: 1 };
    expect(await api.call('PATCH', at, { body: changed, key: marketer })).toMatchObject({
      status: 200,
      json: { text: changed.text, version: 2 },
    });
    expect(await api.call('PATCH', at, { body: changed, key: marketer })).toMatchObject({ status: 409 });
    const all = await api.call('GET', '/v1/templates/spring-tea', { key: analyst });
    expect(all.json.items.map((one: { channel: string }) => one.channel)).toEqual(['email', 'sms']);
    expect(await api.call('DELETE', at, { key: marketer })).toMatchObject({ status: 204 });
    expect(await api.call('PATCH', at, { body: changed, key: marketer })).toMatchObject({ status: 404 });
    const audit = await api.call('GET', '/v1/audit');
    const actions = audit.json.items.map((one: { action: string; target: string }) => `${one.action} ${one.target}`);
    expect(actions.slice(0, 3)).toEqual([
      'template.removed template/spring-tea/sms/zh-CN',
      'template.changed template/spring-tea/sms/zh-CN',
      'template.created template/spring-tea/email/zh-CN',
    ]);
  });

  test('are for those who write them', async () => {
    expect(await create(sms, analyst)).toMatchObject({ status: 403 });
    expect(await api.call('POST', '/v1/templates/turned-silent/preview', { body: {}, key: analyst })).toMatchObject({
      status: 403,
    });
  });

  test.each([
    ['a variable that does not exist', { ...sms, text: '{{ customer.nmae }}' }, 'text', /no variable customer\.nmae/],
    [
      'one that its class does not have',
      { ...sms, class: 'transactional', text: '{{ unsubscribe.url }}' },
      'text',
      /unsubscribe\.url/,
    ],
    ['one that may be missing', { ...sms, text: '{{ tier }}' }, 'text', /tier may be missing/],
    [
      'a name that may not be known',
      { ...sms, text: 'Hi {{ customer.name }},' },
      'text',
      /customer\.name }}, which may be missing/,
    ],
    [
      'one that only a loop shows',
      { ...sms, text: '{% for i in order.items %}{{ i.name }}{% endfor %}' },
      'text',
      /i\.name/,
    ],
    ['text that is no Liquid', { ...sms, text: '{% if customer.name %}' }, 'text', /not closed/],
    ['a file', { ...sms, text: '{% include "/etc/passwd" %}' }, 'text', /not found/],
    ['a mail without a subject', { ...mail, subject: undefined }, 'subject', /needed/],
    ['a subject of a text message', { ...sms, subject: 'x' }, 'subject', /mails only/],
    ['a page without a way out', { ...mail, html: '<p>Buy</p>' }, 'html', /unsubscribe\.url/],
    [
      'a page and blocks',
      { ...mail, html: '<p>{{ unsubscribe.url }}</p>', blocks: [{ type: 'products' }] },
      'blocks',
      /not both/,
    ],
    [
      'an unknown variable in a block',
      { ...mail, blocks: [{ type: 'text', text: '{{ foo }}' }] },
      'blocks',
      /no variable foo/,
    ],
  ])('refuse %s, by name', async (_, body, field, message) => {
    const answer = await create({ ...body, id: 'refused' });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)[0]).toEqual({ field, message: expect.stringMatching(message) });
  });

  test('take a default, or a question by if, for what may be missing', async () => {
    const body = {
      ...sms,
      id: 'guarded',
      text: '{{ tier | default: "会员" }}{% if coupon.minimum %}满{{ coupon.minimum }}{% endif %}',
    };
    expect(await create(body)).toMatchObject({ status: 201 });
  });

  test('show the built-in ones', async () => {
    const first = await api.call('GET', '/v1/templates?source=builtIn&limit=2', { key: analyst });
    expect(first.json.items.map((one: { id: string; version: number }) => [one.id, one.version])).toEqual([
      ['order-confirmation', 0],
      ['order-confirmation', 0],
    ]);
    const next = await api.call('GET', `/v1/templates?source=builtIn&limit=2&cursor=${first.json.next}`, {
      key: analyst,
    });
    expect(next.json.items[0]).toMatchObject({ id: 'order-confirmation', channel: 'webhook', builtIn: true });
    const { json } = await api.call('GET', '/v1/templates/birthday', { key: analyst });
    expect(json.items).toHaveLength(6);
    expect(await api.call('GET', '/v1/templates/nothing', { key: analyst })).toMatchObject({ status: 404 });
  });
});

describe('a preview', () => {
  test('of a text message counts signature, opt-out text and the rewritten link in', async () => {
    const body = { template: sms, customer: ann };
    const { status, json } = await api.call('POST', '/v1/templates/preview', { body, key: marketer });
    expect(status).toBe(200);
    expect(json.text).toMatch(/^【东山茶铺】林小满，春茶上新：https:\/\/shop\.example\/t\/[\w.-]+ 拒收请回复R$/);
    expect(json.links).toEqual(['https://tea.example/new?from=sms']);
    const units = json.text.length;
    expect(json.sms).toEqual({ encoding: 'UCS-2', units, parts: Math.ceil(units / 67), country: 'CN' });
    expect(json.cost).toEqual({ amount: String(0.045 * json.sms.parts), currency: 'CNY' });
  });

  test('of a mail has the layout around its text, its links followed through us, and a way out', async () => {
    const body = { template: mail, customer: ann };
    const { json } = await api.call('POST', '/v1/templates/preview', { body, key: marketer });
    expect(json).toMatchObject({ subject: '东山茶铺春茶上新', sms: null, cost: { amount: '0.0008', currency: 'CNY' } });
    const hrefs = [...json.html.matchAll(/href="([^"]*)"/g)].map(([, url]: string[]) =>
      url?.replace(/[\w-]{20,}\.[\w-]+/, '…'),
    );
    expect(hrefs).toEqual(['https://shop.example/t/…', 'https://shop.example/u/…', 'https://shop.example/p/…']);
    expect(json.html).toContain('https://shop.example/o/');
    expect(json.text).toContain('请在此退订：https://shop.example/u/');
    expect(json.links).toEqual(['https://tea.example/new']);
  });

  test('of a saved or built-in one needs no customer, and is of the language asked for', async () => {
    const ask = (body: object) => api.call('POST', '/v1/templates/order-confirmation/preview', { body, key: marketer });
    expect((await ask({})).json).toMatchObject({ channel: 'email', locale: 'zh-CN' });
    const english = (await ask({ channel: 'sms', locale: 'en' })).json;
    expect(english.text).toBe('Hi Anna, your order 1001 is paid: ¥123.45. Thank you!');
    const own = (await ask({ customer: ann })).json;
    expect(own.text).toContain('龙井');
    expect(own.links).toEqual([]);
  });

  test('names what this customer has not', async () => {
    const template = { ...sms, class: 'transactional', text: '{{ order.total }}' };
    await recordSale(api, { buyer: 'new', on: '2026-11-20', total: 100, products: ['x'], paid: false });
    const body = { template, customer: await customerOf(api, 'new'), shop: 'east' };
    const answer = await api.call('POST', '/v1/templates/preview', { body, key: marketer });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)[0]?.message).toContain('order.total');
  });
});

describe('a test', () => {
  const ask = (body: object) => api.call('POST', '/v1/templates/turned-silent/test', { body, key: marketer });

  test('is shown, handed to whoever sends, and in the audit log without the address', async () => {
    const answer = await ask({ to: 'Boss@Shop.example', customer: ann });
    expect(answer).toMatchObject({ status: 202, json: { channel: 'email' } });
    expect(tried.splice(0)).toEqual([
      {
        test: { template: 'turned-silent', channel: 'email', locale: 'zh-CN', to: 'boss@shop.example', customer: ann },
      },
    ]);
    const { json } = await api.call('GET', '/v1/audit?limit=1');
    expect(json.items[0]).toMatchObject({ action: 'template.tested', target: 'template/turned-silent/email/zh-CN' });
    expect(JSON.stringify(json.items[0])).not.toContain('boss');
  });

  test('goes to no address that takes nothing, and to nothing that is none', async () => {
    const key = addressKeyOf('email', 'gone@shop.example', testKeys.identityHash);
    const row = (await api.deps.touches.readLive({ addresses: [key] })).addresses.get(key);
    if (!row) throw new Error('every key asked for has a row');
    await api.deps.touches.commit({ addresses: [{ ...row, value: withBlock(row.value, 'complaint', api.time) }] });
    expect(await ask({ to: 'gone@shop.example' })).toMatchObject({ status: 409 });
    expect(errorsOf(await ask({ to: 'no address', channel: 'email' }))[0]?.field).toBe('to');
    expect(errorsOf(await ask({ to: '12', channel: 'sms' }))[0]?.field).toBe('to');
    expect(tried).toEqual([]);
  });

  test('leaves no trace of people in the log', () => {
    expect(JSON.stringify(api.lines)).not.toMatch(/boss@|ann@example|林小满|13800138000/);
  });
});

describe('POST /v1/messages', () => {
  const code = {
    id: 'login-code',
    channel: 'sms',
    class: 'transactional',
    locale: 'zh-CN',
    text: '验证码{{ trigger.code }}',
  };
  const ask = (body: object) => api.call('POST', '/v1/messages', { body, key: marketer });
  const wanted = { channel: 'sms', templateId: 'login-code', vars: { code: '4711' }, idempotencyKey: 'k1' };

  test('plans one touch and calls for it, however often its key comes', async () => {
    expect(await create(code)).toMatchObject({ status: 201 });
    const first = await ask({ ...wanted, customer: ann });
    expect(first).toMatchObject({ status: 202, json: { customer: ann, state: 'planned', repeated: false } });
    const again = await ask({ ...wanted, to: phone });
    expect(again).toMatchObject({ status: 202, json: { touch: first.json.touch, repeated: true } });
    expect(called.splice(0)).toEqual([
      { customer: ann, channel: 'sms' },
      { customer: ann, channel: 'sms' },
    ]);
    const touch = (await api.deps.touches.readTouch({ customer: ann, id: first.json.touch }))?.value;
    expect(touch).toMatchObject({
      origin: { type: 'message', id: 'api' },
      class: 'transactional',
      template: 'login-code',
      vars: { code: '4711' },
      shop: 'east',
    });
    expect(await ask({ ...wanted, customer: ann, templateId: 'order-confirmation', order: 'o1' })).toMatchObject({
      status: 409,
    });
    const { items } = (await api.call('GET', `/v1/customers/${ann}/timeline`)).json;
    expect(items.filter(({ type }: { type: string }) => type === 'message')).toMatchObject([
      { id: first.json.touch, origin: { type: 'message', id: 'api' }, journey: null },
    ]);
  });

  test.each([
    ['a variable that is not given', { vars: {} }, 422, /trigger\.code/],
    ['a template that is none', { templateId: 'nothing' }, 422, /no template nothing/],
    ['one that is not transactional', { templateId: 'turned-silent' }, 422, /of class care/],
    ['one about an order, without one', { templateId: 'order-confirmation' }, 422, /order/],
    ['an order that is not theirs', { order: 'o999' }, 422, /no order of this customer/],
    ['a shop that is none', { shop: 'west' }, 422, /must be a shop/],
  ])('refuses %s', async (_, changes, status, message) => {
    const answer = await ask({ ...wanted, customer: ann, idempotencyKey: 'k2', ...changes });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(message);
  });

  test('knows nobody by an address of nobody', async () => {
    expect(await ask({ ...wanted, to: '+8613900139000' })).toMatchObject({ status: 404 });
    expect(await ask({ ...wanted, customer: 'nobody' })).toMatchObject({ status: 404 });
    expect(await ask({ ...wanted, customer: ann, to: phone })).toMatchObject({ status: 422 });
  });
});

test('prices are settings, and previews reckon by them', async () => {
  const patch = (prices: object) => api.call('PATCH', '/v1/settings', { body: { prices } });
  expect((await api.call('GET', '/v1/settings')).json.prices).toEqual({
    sms: { CN: '0.045', '*': '0.06' },
    email: '0.0008',
  });
  expect(errorsOf(await patch({ sms: { '*': null } }))[0]?.field).toBe('prices.sms.*');
  expect(errorsOf(await patch({ sms: { china: '1' } }))[0]?.field).toMatch(/prices\.sms/);
  expect(errorsOf(await patch({ email: '-1' }))[0]?.field).toBe('prices.email');
  await patch({ sms: { CN: '0.05', TW: '0.3' } });
  expect((await patch({ sms: { TW: null } })).json.prices.sms).toEqual({ CN: '0.05', '*': '0.06' });
  api.time += 5_000;
  const body = { channel: 'sms', customer: ann };
  const { json } = await api.call('POST', '/v1/templates/turned-silent/preview', { body, key: marketer });
  expect(json).toMatchObject({ sms: { parts: 1 }, cost: { amount: '0.05', currency: 'CNY' } });
});
