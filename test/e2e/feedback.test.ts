import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayAfter, instantIn } from '../support/naive-stages.ts';
import { brokenCaps, contradictions, readBooks, strayPlaces } from '../support/touch-accounts.ts';
import { headerOf, startTouchShop, type TouchShop, zone } from '../support/touch-shop.ts';

/** What comes back of messages, from people and from providers, and what follows for the next ones. */
const monday = '2026-03-02';
const tuesday = dayAfter(monday, 1);
const wednesday = dayAfter(monday, 2);
const agreed = { consent: { email: true, sms: true } };

const wei = { id: 'wei', email: 'wei@example.com', phone: '13900000001', ...agreed };
const moved = { id: 'moved', email: 'bounce+care@simulator.amazonses.com', ...agreed };
const friday = dayAfter(monday, 4);
const slow = { id: 'slow', email: 'slow@example.com', ...agreed };
const late = { id: 'late', email: 'late@example.com', ...agreed };

let tea: TouchShop;
beforeAll(async () => {
  tea = await startTouchShop({ time: new Date(instantIn(zone, `${monday}T12:00:00`)) });
  await tea.deliver(
    tea.paidLongAgo('once-wei', wei, tuesday, 91),
    tea.paidLongAgo('once-moved', moved, tuesday, 91),
    tea.paidLongAgo('once-late', late, wednesday, 91),
    tea.paidLongAgo('once-slow', slow, friday, 91),
  );
  await tea.night(tuesday);
  await tea.minute(tuesday, '09:00:00');
});
afterAll(() => tea?.stop());

const lastState = async (buyer: string) => (await tea.states(buyer))[0];
const mailsTo = async (address: string) => (await tea.mailsTo(address)).length;

describe('a link to unsubscribe', () => {
  let path: string;
  beforeAll(async () => {
    const [mail] = await tea.mailsTo('wei@example.com');
    path = new URL((mail && headerOf(mail, 'List-Unsubscribe')?.slice(1, -1)) ?? '').pathname;
  });
  const follow = (method: string, at = path, init: RequestInit = {}) =>
    fetch(tea.whole.stack.url + at, { method, ...init });
  const books = async () => {
    const { touches, contacts, addresses } = await readBooks(tea.whole);
    return { touches, contacts, addresses };
  };

  test('shows a page in the reader’s language, and changes nothing by being looked at', async () => {
    const before = await books();
    const page = await follow('GET');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).toContain('<html lang="zh-CN">');
    expect(text).toContain('山野茶铺');
    expect(text).toContain('<form method="post">');
    expect(text).not.toContain('wei@');
    const english = await follow('GET', path, { headers: { 'accept-language': 'en-GB,en;q=0.8' } });
    expect(await english.text()).toContain('<html lang="en">');
    expect((await follow('HEAD')).status).toBeLessThan(500);
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) expect((await follow(method)).status).toBe(404);
    expect(await books()).toEqual(before);
  });

  test('that was not made here leads nowhere', async () => {
    const before = await books();
    const [start = '', tag = ''] = path.split('.');
    const other = Buffer.from('c_somebody saoHvSem9iutxc_IFI7zyw-email').toString('base64url');
    for (const wrong of [
      `${start}.${tag.slice(0, -2)}AA`,
      `${start}`,
      `/u/${other}.${tag}`,
      '/u/x',
      '/u/%00.%ff',
      `${path}.x`,
    ]) {
      for (const method of ['GET', 'POST']) {
        const { status, headers } = await follow(method, wrong);
        expect([wrong, status]).toEqual([wrong, status === 400 ? 400 : 404]);
        expect(headers.get('content-type')).toMatch(/html|json/);
      }
    }
    expect(await books()).toEqual(before);
  });

  test('unsubscribes by one POST, once and for all', async () => {
    const oneClick = {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    };
    const answer = await follow('POST', path, oneClick);
    expect(answer.status).toBe(200);
    const after = await books();
    expect((await follow('POST', path, oneClick)).status).toBe(200);
    expect((await follow('POST')).status).toBe(200);
    const again = await books();
    expect(again.touches.map(({ state }) => state)).toEqual(after.touches.map(({ state }) => state));
    expect(await tea.customer('wei')).toMatchObject({
      consent: { email: 'denied', sms: 'granted' },
      reachable: { email: false, sms: true },
    });
    const { id } = await tea.customer('wei');
    const { journeys } = await tea.whole.call('GET', `/v1/customers/${id}/why?journey=turned-silent`);
    const [email] = journeys[0].now;
    expect(email).toMatchObject({ channel: 'email', verdict: 'skip', reason: 'consent' });
    expect(email.gates.find(({ gate }: { gate: string }) => gate === 'consent').seen).toEqual({
      consent: 'denied',
      at: expect.any(String),
      source: 'unsubscribed',
    });
    expect(journeys[0].touches[0].reactions.unsubscribed).toBeDefined();
  });

  test('leaves what was bought to be confirmed, and a later word of the shop stands behind it', async () => {
    // The order repeats a consent that was asked before the click.
    await tea.deliver(
      tea.paid('wei-1', { ...wei, consent: { email: true } }, { updatedAt: instantIn(zone, `${monday}T12:00:00`) }),
    );
    expect(await mailsTo('wei@example.com')).toBe(2);
    expect(await tea.customer('wei')).toMatchObject({ consent: { email: 'denied' } });
  });
});

describe('a phone answers', () => {
  const lin = { id: 'lin', phone: '13900000002', ...agreed };
  const reply = async (text: string, times = 1) => {
    await tea.whole.call('POST', '/_local/sms/reply', { from: '+8613900000002', text, times });
    await tea.whole.stack.idle();
  };

  test('STOP, and hears nothing any more, not even of its orders; START, and it does', async () => {
    await tea.deliver(tea.paid('lin-1', lin));
    await reply('nonstop tea, please!');
    await tea.deliver(tea.paid('lin-2', lin));
    expect(tea.textsTo('+8613900000002')).toHaveLength(2);
    await reply('Stop please', 3);
    expect(await tea.customer('lin')).toMatchObject({ consent: { sms: 'denied' }, reachable: { sms: false } });
    await tea.deliver(tea.paid('lin-3', lin));
    expect(tea.textsTo('+8613900000002')).toHaveLength(2);
    const [touch] = await tea.touches('lin');
    expect(touch).toMatchObject({ state: 'skipped', reason: 'suppression' });
    expect(touch?.gates.find(({ gate }) => gate === 'suppression')?.seen).toMatchObject({ reason: 'stop' });
    await reply('START');
    await tea.deliver(tea.paid('lin-4', lin));
    expect(tea.textsTo('+8613900000002')).toHaveLength(3);
    await reply('退订');
    await tea.deliver(tea.paid('lin-5', lin));
    expect(tea.textsTo('+8613900000002')).toHaveLength(3);
  });

  test('for all who have it: a mailbox is written to instead', async () => {
    const wife = { id: 'lin-at-home', phone: '13900000002', email: 'lin@example.com' };
    await tea.deliver(tea.paid('home-1', wife));
    expect(await mailsTo('lin@example.com')).toBe(1);
    expect(tea.textsTo('+8613900000002')).toHaveLength(3);
  });

  test('a carrier says what became of it, also that the number has opted out', async () => {
    const mei = { id: 'mei', phone: '13900000003' };
    const report = async (status: string, providerResponse?: string) => {
      const body = { to: '+8613900000003', status, ...(providerResponse && { providerResponse }) };
      await tea.whole.call('POST', '/_local/sms/delivery', body);
      await tea.whole.stack.idle();
    };
    await tea.deliver(tea.paid('mei-1', mei));
    await report('SUCCESS');
    expect((await tea.touches('mei'))[0]?.reactions.delivered).toBeDefined();
    await report('FAILURE', 'Phone number is opted out');
    await tea.deliver(tea.paid('mei-2', mei));
    expect(await lastState('mei')).toBe('skipped: suppression');
    expect(tea.textsTo('+8613900000003')).toHaveLength(1);
  });
});

describe('a mailbox', () => {
  test('that is gone is not written to again; the next word goes to the phone', async () => {
    const gone = { id: 'gone', email: 'bounce+gone@simulator.amazonses.com', phone: '13900000004' };
    await tea.deliver(tea.paid('gone-1', gone));
    expect((await tea.touches('gone'))[0]).toMatchObject({ state: 'sent', reactions: { bounced: expect.any(String) } });
    await tea.deliver(tea.paid('gone-2', gone));
    expect(await mailsTo('bounce+gone@simulator.amazonses.com')).toBe(1);
    expect(tea.textsTo('+8613900000004')).toHaveLength(1);
    expect(await tea.customer('gone')).toMatchObject({ consent: { email: 'denied' }, reachable: { email: false } });
  });

  test('that bounced a greeting gives its place back', async () => {
    expect(await tea.states('moved', 'turned-silent')).toEqual(['sent']);
    const { id } = await tea.customer('moved');
    const { journeys } = await tea.whole.call('GET', `/v1/customers/${id}/why?journey=turned-silent`);
    const seen = Object.fromEntries(
      journeys[0].now[0].gates.map(({ gate, seen: values }: { gate: string; seen: object }) => [gate, values]),
    );
    expect(seen.class_cap).toMatchObject({ used: 0 });
    expect(seen.suppression).toMatchObject({ reason: 'bounce' });
  });

  test('that is full, or answers by itself, is written to again', async () => {
    const away = { id: 'away', email: 'ooto@simulator.amazonses.com' };
    await tea.deliver(tea.paid('away-1', away));
    await tea.deliver(tea.paid('away-2', away));
    expect(await mailsTo('ooto@simulator.amazonses.com')).toBe(2);
    expect((await tea.touches('away'))[0]?.reactions).toMatchObject({ softBounced: expect.any(String) });
  });

  test('whose reader complains is left alone, however often it is said', async () => {
    const cross = { id: 'cross', email: 'cross@example.com', ...agreed };
    await tea.deliver(tea.paid('cross-1', cross));
    const [touch] = await tea.touches('cross');
    const complaint = { touchId: touch?.id, event: 'complaint', times: 3 };
    await tea.whole.call('POST', '/_local/mail/feedback', complaint);
    await tea.whole.stack.idle();
    await tea.deliver(tea.paid('cross-2', cross));
    expect(await tea.states('cross')).toEqual(['skipped: suppression', 'sent']);
    expect(await tea.customer('cross')).toMatchObject({ consent: { email: 'denied' } });
  });
});

describe('nobody knows whether it went out', () => {
  const { email, id } = { id: 'maybe', email: 'maybe@example.com' };
  const faults = (...names: ('ses.drop' | 'ses.silent' | 'ses.accepted5xx')[]) => {
    for (const name of names) tea.whole.stack.setFault({ name, operation: 'SendRawEmail', count: 1 });
  };
  const settle = async (event: string) => {
    const [touch] = await tea.touches('maybe');
    await tea.whole.call('POST', '/_local/mail/feedback', { touchId: touch?.id, event });
    await tea.whole.stack.idle();
  };

  test.each([
    ['ses.drop', 'send', 'unconfirmed: timeout'],
    ['ses.accepted5xx', 'delivery', 'unconfirmed: internal_failure'],
  ] as const)('%s: never sent again, and sent once the provider says so (%s)', async (fault, event, doubt) => {
    const before = await mailsTo(email);
    faults(fault, 'ses.silent');
    await tea.deliver(tea.paid(`maybe-${event}`, { id, email }));
    tea.whole.stack.clearFaults();
    expect(await lastState('maybe')).toBe(doubt);
    await tea.later({ hours: 1 });
    expect(await mailsTo(email)).toBe(before + 1);
    await settle(event);
    expect(await lastState('maybe')).toBe('sent');
  });

  test('the sender dies with the answer: in doubt when its lease is over, settled by the report', async () => {
    const before = await mailsTo(email);
    faults('ses.silent');
    tea.whole.stack.setFault({ name: 'lambda.killAfter', operation: 'SendRawEmail', function: 'touch-send', count: 1 });
    await tea.deliver(tea.paid('maybe-dead', { id, email }));
    tea.whole.stack.clearFaults();
    expect(await lastState('maybe')).toBe('claimed');
    await tea.later({ minutes: 1 });
    expect(await lastState('maybe')).toBe('claimed');
    await tea.later({ minutes: 2 });
    expect(await lastState('maybe')).toBe('unconfirmed: sender_lost');
    await settle('send');
    expect(await lastState('maybe')).toBe('sent');
    expect(await mailsTo(email)).toBe(before + 1);
  });

  test('a text message stays in doubt, and is not sent again either', async () => {
    tea.whole.stack.setFault({ name: 'sns.drop', operation: 'Publish', function: 'touch-send', count: 1 });
    await tea.deliver(tea.paid('text-1', { id: 'doubt', phone: '13900000005' }));
    tea.whole.stack.clearFaults();
    await tea.later({ hours: 1 });
    expect(await lastState('doubt')).toMatch(/^unconfirmed/);
    expect(tea.textsTo('+8613900000005')).toHaveLength(1);
  });
});

describe('too many mailboxes are gone', () => {
  test('greetings wait until the day that shows it is over; orders are confirmed all the same', async () => {
    const dead = [1, 2, 3, 4, 5, 6].map((number) => ({
      id: `dead-${number}`,
      email: `bounce+${number}@simulator.amazonses.com`,
    }));
    await tea.deliver(...dead.map((customer) => tea.paid(`order-of-${customer.id}`, customer)));
    await tea.night(wednesday);
    await tea.minute(wednesday, '09:00:00');
    const [touch] = await tea.touches('late', 'turned-silent');
    expect(touch).toMatchObject({ state: 'planned', reason: 'brake' });
    expect(touch?.gates.find(({ gate }) => gate === 'brake')).toMatchObject({
      passed: false,
      seen: { reason: 'bounces' },
    });
    await tea.deliver(tea.paid('calm-1', { id: 'calm', email: 'calm@example.com' }));
    expect(await mailsTo('calm@example.com')).toBe(1);
    await tea.later({ hours: 1 });
    expect(await mailsTo('late@example.com')).toBe(0);
    await tea.minute(dayAfter(wednesday, 1), '09:00:00');
    expect(await tea.states('late', 'turned-silent')).toEqual(['sent']);
    expect(await mailsTo('late@example.com')).toBe(1);
  });
});

test('a bounce that is told after the order takes back what its message had earned', async () => {
  const earned = async () => (await tea.whole.call('GET', '/v1/journeys/turned-silent/report')).orders;
  await tea.night(friday);
  tea.whole.stack.setFault({ name: 'ses.silent', operation: 'SendRawEmail', count: 1 });
  await tea.minute(friday, '09:00:00');
  tea.whole.stack.clearFaults();
  const [touch] = await tea.touches('slow', 'turned-silent');
  expect(touch).toMatchObject({ state: 'sent', reactions: {} });
  const before = await earned();
  await tea.later({ minutes: 10 });
  await tea.deliver(tea.paid('slow-1', slow));
  expect(await earned()).toBe(before + 1);
  await tea.whole.call('POST', '/_local/mail/feedback', { touchId: touch?.id, event: 'bounce' });
  await tea.later({ minutes: 2 });
  expect(await earned()).toBe(before);
});

test('in the end outbox and tables tell the same, and no place is held for nothing', async () => {
  const books = await readBooks(tea.whole);
  expect(books.touches.filter(({ state }) => state === 'planned' || state === 'claimed')).toEqual([]);
  expect(contradictions(books)).toEqual([]);
  expect(strayPlaces(books)).toEqual([]);
  expect(brokenCaps(books)).toEqual([]);
  expect(await tea.whole.stack.deadLetters()).toEqual([]);
});
