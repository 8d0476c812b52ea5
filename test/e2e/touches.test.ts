import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dayAfter, instantIn } from '../support/naive-stages.ts';
import { sendAll } from '../support/shop-sender.ts';
import { brokenCaps, contradictions, readBooks, readTouches, strayPlaces } from '../support/touch-accounts.ts';
import { headerOf, type OrderOf, startTouchShop, type TouchShop, zone } from '../support/touch-shop.ts';

/** One shop through four days: what is said of orders, and to customers who have turned silent. */
const monday = '2026-03-02';
const tuesday = dayAfter(monday, 1);
const wednesday = dayAfter(monday, 2);
const thursday = dayAfter(monday, 3);

const li = { id: 'li', name: '李雷 & Co', email: 'Li.Lei@Example.com', phone: '13900000001' };
const han = { id: 'han', name: '韩梅梅', phone: '13900000002' };
const zoe = { id: 'zoe', name: 'Zoë', phone: '+8613900000003', locale: 'en-GB' };

let tea: TouchShop;
beforeAll(async () => {
  tea = await startTouchShop({ time: new Date(instantIn(zone, `${monday}T22:30:00`)) });
});
afterAll(() => tea?.stop());

describe('an order is paid', () => {
  beforeAll(async () => {
    const refund = { id: 'r', amount: '128.00', at: new Date(tea.shop.now()).toISOString(), status: 'success' };
    await tea.deliver(
      tea.paid('mail-1', li),
      tea.paid('text-1', han),
      tea.paid('english-1', zoe),
      tea.paid('nobody-1', { id: 'nobody' }),
      tea.paidLongAgo('old-1', { id: 'old', email: 'old@example.com' }, monday, 2),
      tea.paid('test-1', { id: 'tester', email: 'tester@example.com' }, { test: true }),
      tea.paid('back-1', { id: 'back', email: 'back@example.com' }, { refunds: [refund] }),
      tea.paid('unpaid-1', { id: 'unpaid', email: 'unpaid@example.com' }, { paidAt: undefined }),
    );
  });

  test('a mail confirms it, also late in the evening, in the shop’s name and with what was bought', async () => {
    const [mail, ...more] = await tea.mailsTo('li.lei@example.com');
    expect(more).toEqual([]);
    expect(mail?.from).toEqual({ name: '山野茶铺', address: 'service@shop.example' });
    expect(mail?.to).toEqual([expect.objectContaining({ address: 'li.lei@example.com' })]);
    expect(mail?.subject).toBe('山野茶铺：订单 mail-1 已付款，感谢您的购买');
    expect(mail?.text).toContain('龙井茶 100 g  ¥64.00 × 2');
    expect(mail?.text).toContain('合计 ¥128.00');
    expect(mail?.html).toContain('李雷 &amp; Co');
    expect(mail?.html).toContain('¥128.00');
    // Nobody opts out of what they have bought.
    expect(mail && headerOf(mail, 'List-Unsubscribe')).toBeUndefined();
    expect(`${mail?.text}${mail?.html}`).not.toContain('/u/');
    expect(tea.textsTo('+8613900000001')).toEqual([]);
    const [touch] = await tea.touches('li');
    expect(touch).toMatchObject({ state: 'sent', channel: 'email', class: 'transactional' });
    expect(touch?.reactions.delivered).toBeDefined();
  });

  test('without an address a text message does, signed as is the custom', () => {
    expect(tea.textsTo('+8613900000002')).toEqual([
      '【山野茶铺】韩梅梅您好，订单text-1已付款¥128.00，我们会尽快处理，感谢购买！',
    ]);
  });

  test('in the customer’s own language, where brackets are not the custom', () => {
    expect(tea.textsTo('+8613900000003')).toEqual(['Hi Zoë, your order english-1 is paid: CN¥128.00. Thank you!']);
  });

  test.each([
    ['who left no address', 'nobody', ['skipped: address']],
    ['whose payment is old news', 'old', ['skipped: stale']],
    ['of a test order', 'tester', []],
    ['who has the money back', 'back', []],
    ['who has not paid', 'unpaid', []],
  ])('nothing goes to somebody %s', async (_who, buyer, states) => {
    expect(await tea.states(buyer)).toEqual(states);
    expect(await tea.mailsTo(`${buyer}@example.com`)).toEqual([]);
  });

  test('the same news again, and what comes after, say nothing more', async () => {
    const at = new Date(tea.shop.now()).toISOString();
    await tea.deliver(
      tea.paid('mail-1', li),
      tea.paid('mail-1', li, { shippedAt: at, updatedAt: at }),
      tea.paid('text-1', han, { shippedAt: at, deliveredAt: at, updatedAt: at }),
    );
    expect(await tea.mailsTo('li.lei@example.com')).toHaveLength(1);
    expect(tea.textsTo('+8613900000002')).toHaveLength(1);
  });

  test('what was parked and is replayed says nothing, and neither does its repetition', async () => {
    const dollars = { id: 'dollars', email: 'dollars@example.com' };
    const order = tea.paid('usd-1', dollars, { currency: 'USD' });
    await tea.deliver(order);
    expect((await tea.whole.call('GET', '/v1/parked?reason=rate_missing')).items).toHaveLength(1);
    await tea.settle({ rates: [{ currency: 'USD', from: '2020-01-01', rate: '7.1' }] });
    await tea.whole.stack.idle();
    expect((await tea.whole.call('GET', '/v1/parked')).items).toEqual([]);
    await tea.deliver(order, tea.paid('usd-2', dollars, { currency: 'USD' }));
    expect((await tea.mailsTo('dollars@example.com')).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('usd-2'),
    ]);
  });

  test('two looks at once, of which one knows an address the other does not: one message', async () => {
    const phone = { id: 'hasty', phone: '13900000006' };
    // The first look has seen a phone alone, and is slow to write its plan.
    tea.whole.stack.setFault({
      name: 'dynamodb.slow',
      function: 'work-run',
      operation: 'TransactWriteItems',
      ms: 3000,
      count: 1,
    });
    await sendAll(tea.shop, [tea.paid('hasty-1', phone)]);
    await until(async () => (await tea.whole.call('GET', '/_local/faults')).active[0].hits === 1);
    const updatedAt = new Date(tea.shop.now()).toISOString();
    await tea.deliver(tea.paid('hasty-1', { ...phone, email: 'hasty@example.com' }, { updatedAt }));
    tea.whole.stack.clearFaults();
    expect(await tea.mailsTo('hasty@example.com')).toHaveLength(1);
    expect(tea.textsTo('+8613900000006')).toEqual([]);
    expect(await tea.states('hasty')).toEqual(['sent']);
  });

  test('what came through the queue, storage being busy, is confirmed like everything else', async () => {
    tea.whole.stack.setFault({ name: 'dynamodb.throttle', function: 'order-webhook', operation: 'TransactWriteItems' });
    await tea.deliver(tea.paid('queued-1', { id: 'queued', email: 'queued@example.com' }));
    tea.whole.stack.clearFaults();
    await tea.whole.stack.idle();
    expect(await tea.mailsTo('queued@example.com')).toHaveLength(1);
  });

  test('a provider that is too busy is asked again, unless the money went back meanwhile; one that refuses is not', async () => {
    const { stack } = tea.whole;
    const undone = { id: 'undone', email: 'undone@example.com' };
    stack.setFault({ name: 'ses.throttle', operation: 'SendRawEmail', count: 2 });
    await tea.deliver(tea.paid('slow-1', { id: 'slow', email: 'slow@example.com' }), tea.paid('undone-1', undone));
    stack.clearFaults();
    stack.setFault({ name: 'ses.reject', operation: 'SendRawEmail', count: 1 });
    await tea.deliver(tea.paid('refused-1', { id: 'refused', email: 'refused@example.com' }));
    stack.clearFaults();
    expect(await tea.states('slow')).toEqual(['planned: throttling']);
    const at = new Date(tea.shop.now()).toISOString();
    const refunds = [{ id: 'r', amount: '128.00', at, status: 'success' }];
    await tea.deliver(tea.paid('undone-1', undone, { refunds, updatedAt: at }));
    await tea.later({ minutes: 2 });
    expect(await tea.states('slow')).toEqual(['sent']);
    expect(await tea.mailsTo('slow@example.com')).toHaveLength(1);
    expect(await tea.states('undone')).toEqual(['skipped: cancelled']);
    expect(await tea.states('refused')).toEqual(['failed: message_rejected']);
    await tea.later({ hours: 2 });
    expect(await tea.mailsTo('undone@example.com')).toEqual([]);
    expect(await tea.mailsTo('refused@example.com')).toEqual([]);
  });
});

describe('settings', () => {
  test.each([
    [{ policy: { stages: { silent: { care: { max: -1, days: 7 } } } } }, 'policy.stages.silent.care.max'],
    [{ policy: { stages: { asleep: {} } } }, 'policy.stages.asleep'],
    [{ policy: { stages: { silent: { transactional: null } } } }, 'policy.stages.silent.transactional'],
    [{ policy: { perChannel: { perDay: 1.5 } } }, 'policy.perChannel.perDay'],
    [{ policy: { brake: { bounceRate: 2 } } }, 'policy.brake.bounceRate'],
    [{ policy: { careOnUnknownConsent: 'yes' } }, 'policy.careOnUnknownConsent'],
    [{ quietHours: { from: '25:00:00' } }, 'quietHours.from'],
    [{ quietHours: { from: '21:00' } }, 'quietHours.from'],
    [{ staleAfterHours: 0 }, 'staleAfterHours'],
    [{ rules: {} }, 'rules'],
    [{ channels: { email: { from: 'nobody' } } }, 'channels.email.from'],
    [{ channels: { email: { from: 'Tea <a@b.example>\r\nBcc: all@b.example' } } }, 'channels.email.from'],
    [{ channels: { sms: { signature: '【茶】' } } }, 'channels.sms.signature'],
    [{ channels: { sms: { senderId: 'Far too long a name' } } }, 'channels.sms.senderId'],
    [{ channels: { sms: { maxPrice: '0,10' } } }, 'channels.sms.maxPrice'],
    [{ channels: { sms: { perSecond: 0 } } }, 'channels.sms.perSecond'],
    [{ channels: { webhook: { url: 'ftp://chat.example' } } }, 'channels.webhook.url'],
    [{ channels: { pigeon: {} } }, 'channels.pigeon'],
  ])('%j is refused by its name, and nothing changes', async (patch, field) => {
    const before = await tea.whole.call('GET', '/v1/settings');
    const { status, json } = await tea.whole.ask('PATCH', '/v1/settings', patch);
    expect([status, json.errors]).toEqual([422, [expect.objectContaining({ field })]]);
    expect(await tea.whole.call('GET', '/v1/settings')).toEqual(before);
  });

  test('say who speaks, and a journey whether it does at all', async () => {
    await tea.settle({
      channels: {
        email: { from: 'Tea House <hello@tea.example>', replyTo: 'help@tea.example' },
        sms: { signature: '茶' },
      },
    });
    await tea.deliver(tea.paid('named-1', { id: 'named', email: 'named@example.com' }), tea.paid('text-2', han));
    const [mail] = await tea.mailsTo('named@example.com');
    expect(mail?.from).toEqual({ name: 'Tea House', address: 'hello@tea.example' });
    expect(mail?.replyTo).toEqual([expect.objectContaining({ address: 'help@tea.example' })]);
    expect(tea.textsTo('+8613900000002').at(-1)).toMatch(/^【茶】韩梅梅您好/);
    await tea.settle({ channels: { email: { from: null, replyTo: null }, sms: { signature: null } } });
    await tea.change('order-confirmation', { enabled: false });
    await tea.deliver(tea.paid('off-1', { id: 'off', email: 'off@example.com' }));
    expect(await tea.states('off')).toEqual([]);
    await tea.change('order-confirmation', { enabled: true });
    await tea.deliver(tea.paid('named-2', { id: 'named', email: 'named@example.com' }));
    expect((await tea.mailsTo('named@example.com')).at(-1)?.from?.name).toBe('山野茶铺');
    expect(await tea.mailsTo('off@example.com')).toEqual([]);
  });
});

describe('the webhook channel', () => {
  const asked: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    request
      .setEncoding('utf8')
      .toArray()
      .then((chunks) => {
        asked.push({ headers: request.headers, body: chunks.join('') });
        response.writeHead(answers.shift() ?? 200).end();
      });
  });
  const orderBy = (buyer: string) =>
    tea.paid(`chat-of-${buyer}`, { id: buyer, name: '韩梅梅', email: `${buyer}@example.com` });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await tea.settle({
      channels: { webhook: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat` } },
    });
    await tea.change('order-confirmation', { channels: { confirm: ['webhook'] } });
  });
  afterAll(async () => {
    await tea.settle({ channels: { webhook: { url: null } } });
    await tea.change('order-confirmation', { channels: { confirm: null } });
    server.closeAllConnections();
    server.close();
  });

  test('hands a signed message to whoever has the secret, and no mail goes out', async () => {
    await tea.deliver(orderBy('chatty'));
    expect(asked).toHaveLength(1);
    const [{ headers, body }] = asked as [(typeof asked)[0]];
    const { secret } = await tea.whole.call('GET', '/v1/channels/webhook');
    vi.useFakeTimers({ toFake: ['Date'], now: tea.whole.stack.now() });
    const told = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
    vi.useRealTimers();
    const [touch] = await tea.touches('chatty');
    const { id } = await tea.customer('chatty');
    expect(touch).toMatchObject({ channel: 'webhook', state: 'sent' });
    expect(headers['webhook-id']).toBe(`${id}-${touch?.id}`);
    expect(told).toMatchObject({
      type: 'touch.send',
      data: {
        touchId: touch?.id,
        customerId: id,
        email: 'chatty@example.com',
        text: expect.stringContaining('chat-of-chatty'),
      },
    });
    expect(await tea.mailsTo('chatty@example.com')).toEqual([]);
  });

  test('goes by what is answered: no is no, later is later, a failure is a doubt', async () => {
    answers.push(400);
    await tea.deliver(orderBy('refused-chat'));
    answers.push(429);
    await tea.deliver(orderBy('later-chat'));
    answers.push(500);
    await tea.deliver(orderBy('doubtful-chat'));
    expect(await tea.states('refused-chat')).toEqual(['failed: http_400']);
    expect(await tea.states('later-chat')).toEqual(['planned: http_429']);
    await tea.later({ minutes: 2 });
    expect(await tea.states('later-chat')).toEqual(['sent']);
    expect(await tea.states('doubtful-chat')).toEqual(['unconfirmed: http_500']);
    expect(asked).toHaveLength(5);
  });

  test('does not repeat what went out before its rule came to it', async () => {
    const at = new Date(tea.shop.now()).toISOString();
    await tea.deliver(tea.paid('mail-1', li, { completedAt: at, updatedAt: at }));
    expect(asked).toHaveLength(5);
    expect(await tea.touches('li')).toHaveLength(1);
  });
});

describe('a night turns customers silent', () => {
  const agreed = { consent: { email: true, sms: true } };
  const yes = { id: 'yes', name: '王芳', email: 'yes@example.com', ...agreed };
  const early = { id: 'early', email: 'early@example.com', ...agreed };
  const late = { id: 'late', email: 'late@example.com', ...agreed };

  beforeAll(async () => {
    const of = (day: string, ...customers: OrderOf[]) =>
      customers.map((customer) => tea.paidLongAgo(`once-${customer.id}`, customer, day, 91));
    await tea.deliver(
      ...of(
        tuesday,
        yes,
        early,
        { id: 'no', email: 'no@example.com', consent: { email: false } },
        { id: 'unasked', email: 'unasked@example.com' },
        { id: 'phone', phone: '13900000004', ...agreed },
        { id: 'newyork', email: 'newyork@example.com', timezone: 'America/New_York', ...agreed },
        { id: 'again', email: 'again@example.com', ...agreed },
        // Four buyers with one phone are too many to be one person.
        ...[1, 2, 3, 4].map((buyer) => ({ id: `shared-${buyer}`, phone: '13900000005', ...agreed })),
      ),
      ...of(wednesday, late),
      ...of(thursday, { id: 'spared', email: 'spared@example.com', ...agreed }),
    );
    await tea.night(tuesday);
    await tea.deliver(tea.paid('again-1', { id: 'again', email: 'again@example.com' }));
  });

  test('who may be written to waits for nine o’clock on their own clock', async () => {
    const [touch] = await tea.touches('yes', 'turned-silent');
    expect(touch).toMatchObject({ state: 'planned', reason: 'quiet_hours', dueAt: `${tuesday}T01:00:00Z` });
    // In New York it is two in the afternoon.
    expect(await tea.states('newyork', 'turned-silent')).toEqual(['sent']);
    await tea.minute(tuesday, '08:59:00');
    expect(await tea.mailsTo('yes@example.com')).toEqual([]);
    await tea.minute(tuesday, '09:00:00');
    expect(await tea.mailsTo('yes@example.com')).toHaveLength(1);
    expect(await tea.mailsTo('newyork@example.com')).toHaveLength(1);
  });

  test('with a way out: one click in the mail program, a link, a word to answer with', async () => {
    const [mail] = await tea.mailsTo('yes@example.com');
    const link = mail && headerOf(mail, 'List-Unsubscribe')?.slice(1, -1);
    expect(link).toMatch(/^https?:\/\/[^<>\s]+\/u\/[\w.-]+$/);
    expect(mail && headerOf(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(mail?.text).toContain(link);
    expect(mail?.html).toContain(`href="${link}"`);
    expect(tea.textsTo('+8613900000004')).toEqual([expect.stringMatching(/^【山野茶铺】您好，好久不见.*拒收请回复R$/)]);
  });

  test('who has not agreed is left alone', async () => {
    for (const buyer of ['no', 'unasked']) {
      expect(await tea.states(buyer, 'turned-silent')).toEqual(['skipped: consent']);
      expect(await tea.mailsTo(`${buyer}@example.com`)).toEqual([]);
    }
  });

  test('who has bought since is not told how long it has been', async () => {
    expect(await tea.states('again', 'turned-silent')).toEqual(['skipped: stage.left']);
    expect((await tea.mailsTo('again@example.com')).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('again-1'),
    ]);
  });

  test('four files with one phone are one message', async () => {
    expect(tea.textsTo('+8613900000005')).toHaveLength(1);
    const states = await Promise.all([1, 2, 3, 4].map((buyer) => tea.states(`shared-${buyer}`, 'turned-silent')));
    expect(states.flat().sort()).toEqual(['sent', ...Array(3).fill('skipped: same_address')]);
  });

  test('the same night again says nothing twice', async () => {
    const before = (await tea.whole.stack.outbox.mail()).length;
    await tea.night(tuesday, '09:30:00');
    await tea.later({ minutes: 1 });
    expect(await tea.whole.stack.outbox.mail()).toHaveLength(before);
  });

  test('who turns out to be somebody who was written to yesterday is not written to again', async () => {
    await tea.night(wednesday);
    expect(await tea.states('late', 'turned-silent')).toEqual(['planned: quiet_hours']);
    const [one, other] = [await tea.customer('early'), await tea.customer('late')];
    await tea.whole.call('POST', `/v1/customers/${one.id}/merge`, { with: other.id });
    await tea.minute(wednesday, '09:00:00');
    const touches = await tea.touches('late', 'turned-silent');
    expect(touches.map(({ state, reason }) => `${state} ${reason}`).sort()).toEqual(['sent null', 'skipped class_cap']);
    const gates = touches.find(({ state }) => state === 'skipped')?.gates ?? [];
    expect(gates.find(({ gate }) => gate === 'class_cap')).toMatchObject({
      passed: false,
      seen: { used: 1, max: 1, days: 7, stage: 'silent', class: 'care' },
      until: expect.stringMatching(/^2026-03-10T01:00:/),
    });
    expect(await tea.mailsTo('late@example.com')).toEqual([]);
  });

  test('who waits is spared when the journey is switched off', async () => {
    await tea.night(thursday);
    expect(await tea.states('spared', 'turned-silent')).toEqual(['planned: quiet_hours']);
    await tea.change('turned-silent', { enabled: false });
    await tea.minute(thursday, '09:00:00');
    expect(await tea.states('spared', 'turned-silent')).toEqual(['skipped: journey_off']);
    expect(await tea.mailsTo('spared@example.com')).toEqual([]);
    await tea.change('turned-silent', { enabled: true });
  });

  test('why, or why not, is told with every gate and what it saw', async () => {
    const [touch] = await tea.touches('unasked', 'turned-silent');
    expect(touch?.gates.map(({ gate, passed }) => `${gate} ${passed ? 'open' : 'closed'}`)).toEqual([
      'expiry open',
      'address open',
      'suppression open',
      'consent closed',
      'silence open',
      'class_cap open',
      'channel_day_cap open',
      'channel_week_cap open',
      'same_address open',
      'quiet_hours closed',
      'brake open',
    ]);
    expect(touch?.gates.find(({ gate }) => gate === 'consent')?.seen).toEqual({ consent: 'unknown' });
    expect(touch?.gates.find(({ gate }) => gate === 'quiet_hours')).toMatchObject({
      seen: { zone, from: '21:00:00', to: '09:00:00' },
      until: `${tuesday}T01:00:00Z`,
    });
    const { id } = await tea.customer('unasked');
    const why = await tea.whole.call('GET', `/v1/customers/${id}/why?journey=turned-silent`);
    expect(why).toMatchObject({ customer: id, stage: 'silent', timezone: zone });
    expect(why.journeys[0].now).toEqual([
      expect.objectContaining({ channel: 'email', verdict: 'skip', reason: 'consent' }),
      expect.objectContaining({ channel: 'sms', verdict: 'skip' }),
    ]);
    expect((await tea.whole.ask('GET', `/v1/customers/${id}/why?journey=nothing`)).status).toBe(404);
    expect(JSON.stringify(why)).not.toContain('example.com');
  });
});

test('every plan adds up, and outbox and tables tell the same', async () => {
  const books = await readBooks(tea.whole);
  expect(books.touches.filter(({ state }) => state === 'planned' || state === 'claimed')).toEqual([]);
  expect(contradictions(books)).toEqual([]);
  expect(strayPlaces(books)).toEqual([]);
  expect(brokenCaps(books)).toEqual([]);
  expect(await tea.whole.stack.deadLetters()).toEqual([]);
  expect((await readTouches(tea.whole)).length).toBeGreaterThan(25);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) if (performance.now() > deadline) throw new Error('it did not come about within 30 s');
}
