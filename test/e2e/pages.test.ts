import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instantIn } from '../support/naive-stages.ts';
import { browser } from '../support/public-pages.ts';
import { startTouchShop, type TouchShop, zone } from '../support/touch-shop.ts';

/** What links in a mail open, through the HTTP API: every page, and what follows from it. */
const monday = '2026-03-02';
const wei = { id: 'wei', email: 'wei@example.com', phone: '13900000001', consent: { email: true, sms: true } };

let tea: TouchShop;
let customer: string;
/** By the letter of their path; what a click on a link of the mail leads to. */
const paths = new Map<string, string>();

beforeAll(async () => {
  tea = await startTouchShop({ time: new Date(instantIn(zone, `${monday}T12:00:00`)) });
  await tea.deliver(tea.paid('wei-1', wei));
  customer = (await tea.customer('wei')).id;
  await tea.whole.call('POST', '/v1/coupons', {
    id: 'spring',
    name: '春茶券',
    kind: 'percent',
    value: '20',
    codes: 'generate',
    validDays: 30,
  });
  await tea.settle({ questionnaire: { points: 20, coupon: 'spring' } });
  await tea.later({ minutes: 1 });
});
afterAll(() => tea?.stop());

const url = (path: string) => tea.whole.stack.url + path;
const follow = (path: string, init: RequestInit = {}) =>
  fetch(url(path), { redirect: 'manual', ...init, headers: { 'user-agent': browser, ...init.headers } });
const send = (path: string, fields: Record<string, string>) =>
  follow(path, { method: 'POST', body: new URLSearchParams(fields) });

async function writeTo(key: string): Promise<{ id: string; html: string }> {
  const body = { customer, channel: 'email', templateId: 'ask-me', idempotencyKey: key, shop: 'tea' };
  const { touch: id } = await tea.whole.call('POST', '/v1/messages', body);
  await tea.whole.stack.idle();
  await tea.later({ minutes: 1 });
  const mail = (await tea.mailsTo('wei@example.com')).find(({ html }) => html?.includes('key-') && html.includes(key));
  return { id, html: mail?.html ?? '' };
}
async function reactionsOf(id: string): Promise<string[]> {
  const { messages } = await tea.whole.call('GET', `/v1/customers/${customer}/export`);
  const kinds = Object.keys(messages.find((one: { id: string }) => one.id === id).reactions);
  return kinds.filter((kind) => kind !== 'delivered');
}

describe('a mail with links', () => {
  let mail: { id: string; html: string };
  beforeAll(async () => {
    const html =
      '<p>key-one</p><a href="https://tea.example/spring?a=1&amp;b=2">Spring</a> <a href="https://tea.example/cups">Cups</a> <a href="{{ questionnaire.url }}">Tell us</a> <a href="{{ preferences.url }}">Preferences</a>';
    const text = 'key-one {{ questionnaire.url }} {{ preferences.url }}';
    const template = {
      id: 'ask-me',
      channel: 'email',
      class: 'transactional',
      locale: 'zh-CN',
      subject: 'Hello',
      text,
      html,
    };
    await tea.whole.call('POST', '/v1/templates', template);
    await tea.later({ minutes: 1 });
    mail = await writeTo('one');
  });

  test('leads where it says by way of us, and what is followed is noted', async () => {
    const links = [...mail.html.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => new URL(link).pathname);
    for (const link of links) paths.set(link.slice(1, 2), link);
    expect([...paths.keys()].toSorted()).toEqual(['p', 'q', 't']);
    const led: (string | null)[] = [];
    for (const link of links.filter((path) => path.startsWith('/t/'))) {
      const { status, headers } = await follow(link);
      expect([status, headers.get('set-cookie')]).toEqual([302, null]);
      led.push(headers.get('location'));
    }
    expect(led).toEqual(['https://tea.example/spring?a=1&b=2', 'https://tea.example/cups']);
    // Two links within a second: a scanner. Later a person comes.
    expect(await reactionsOf(mail.id)).toEqual(['machineClicked']);
    await tea.later({ minutes: 5 });
    expect((await follow(links[0] ?? '', { method: 'HEAD' })).status).toBe(302);
    expect(await reactionsOf(mail.id)).toEqual(['machineClicked']);
    await follow(links[0] ?? '');
    expect(await reactionsOf(mail.id)).toEqual(expect.arrayContaining(['clicked', 'machineClicked']));
  });

  test('tells that it was opened by a picture', async () => {
    const [, source = ''] = /<img src="([^"]+\/o\/[^"]+)"/.exec(mail.html) ?? [];
    const picture = await follow(new URL(source).pathname);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect((await picture.arrayBuffer()).byteLength).toBe(42);
    expect((await follow(new URL(source).pathname, { method: 'HEAD' })).status).toBe(200);
    expect(await reactionsOf(mail.id)).toEqual(expect.arrayContaining(['opened', 'machineOpened']));
  });

  test('asks for an answer: a low one opens a case, gives points, and marketing is silent', async () => {
    const path = paths.get('q') ?? '';
    const page = await (await follow(path)).text();
    expect(page).toContain('<html lang="zh-CN">');
    expect((await send(path, { score: '9' })).status).toBe(400);
    const thanks = await send(path, { score: '1', text: '茶杯碎了' });
    expect([thanks.status, await thanks.text()]).toEqual([
      200,
      expect.stringMatching(/20 积分[\s\S]*<p class="code">[A-Z0-9-]{6,}</),
    ]);
    const { items } = await tea.whole.call('GET', `/v1/cases?customer=${customer}`);
    expect(items).toMatchObject([{ kind: 'review', severity: 2, reason: '1 of 5 stars: 茶杯碎了', resolvedAt: null }]);
    expect((await tea.whole.call('GET', `/v1/customers/${customer}/points`)).balance).toBeGreaterThanOrEqual(20);
    const { items: timeline } = await tea.whole.call('GET', `/v1/customers/${customer}/timeline`);
    expect(timeline.map((one: { event?: string; type: string }) => one.event ?? one.type)).toEqual(
      expect.arrayContaining(['answered', 'case', 'message', 'order']),
    );
    const { answers } = await tea.whole.call('GET', `/v1/customers/${customer}/export`);
    expect(answers).toMatchObject([{ message: mail.id, scale: 'stars', score: 1, text: '茶杯碎了' }]);
  });

  test('lets the customer say what they want', async () => {
    const path = paths.get('p') ?? '';
    expect(await (await follow(path)).text()).toContain('value="email" checked');
    const saved = await (await send(path, { channel: 'sms', locale: 'en' })).text();
    expect(saved).toContain('<html lang="en">');
    expect(await tea.customer('wei')).toMatchObject({ locale: 'en', consent: { email: 'denied', sms: 'granted' } });
    await tea.later({ minutes: 1 });
    await follow(path, {
      method: 'POST',
      body: 'channel=sms&channel=email&locale=en',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(await tea.customer('wei')).toMatchObject({ consent: { email: 'granted', sms: 'granted' } });
  });

  test('of a text are short, and open the same', async () => {
    const text = 'Tea: https://tea.example/new {{ preferences.url }} {{ questionnaire.url }}';
    const template = { id: 'text-me', channel: 'sms', class: 'transactional', locale: 'zh-CN', text };
    await tea.whole.call('POST', '/v1/templates', template);
    await tea.whole.call('POST', '/v1/templates', { ...template, locale: 'en' });
    await tea.later({ minutes: 1 });
    const body = { customer, channel: 'sms', templateId: 'text-me', idempotencyKey: 'short' };
    const { touch: id } = await tea.whole.call('POST', '/v1/messages', { ...body, shop: 'tea' });
    await tea.whole.stack.idle();
    const said = tea.textsTo('+8613900000001').find((one) => one.includes('Tea:')) ?? '';
    const links = [...said.matchAll(/https?:\/\/\S+/g)].map(([link]) => new URL(link).pathname);
    expect(links.map((path) => path.replace(/[A-Za-z0-9]{14}(\d?)$/, '~$1'))).toEqual(['/t/~0', '/p/~', '/q/~']);
    const [clicked = '', preferences = '', questionnaire = ''] = links;
    await tea.later({ minutes: 5 });
    expect((await follow(clicked)).headers.get('location')).toBe('https://tea.example/new');
    expect(await reactionsOf(id)).toEqual(['clicked']);
    expect(await (await follow(preferences)).text()).toContain('<form method="post">');
    expect((await follow(questionnaire)).status).toBe(200);
    expect((await follow(preferences.replace('/p/', '/c/'))).status).toBe(404);
  });

  test('of another purpose, or made up, opens nothing', async () => {
    for (const letter of ['u', 't', 'c', 'q']) {
      const wrong = (paths.get('p') ?? '').replace('/p/', `/${letter}/`);
      expect((await follow(wrong)).status).toBe(404);
    }
  });

  test('leaves nobody’s address and no word of theirs in the logs', () => {
    const lines = JSON.stringify(tea.whole.stack.logs());
    expect(lines).not.toMatch(/wei@example|茶杯/);
  });
});
