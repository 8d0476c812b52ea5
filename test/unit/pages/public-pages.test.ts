import { describe, expect, test } from 'vitest';
import type { LinkPurpose } from '../../../shared/adapters/crypto/public-links.ts';
import type { CustomerFile } from '../../../shared/domain/customers/customer-file.ts';
import type { Settings } from '../../../shared/domain/settings/settings.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import { membershipAt } from '../../../shared/domain/value/membership.ts';
import { mergeCustomers } from '../../../shared/usecases/customers/merge-customers.ts';
import type { IssueOutcome } from '../../../shared/usecases/marketing-ports.ts';
import { pageLinks, publicPages, shortPageLinks } from '../../support/public-pages.ts';
import {
  aFile,
  aTouch,
  day,
  emailKey,
  hour,
  minute,
  noon,
  phoneKey,
  type SomeCustomer,
} from '../../support/touches.ts';

const email = 'ann@example.com';
const phone = '+8613800138000';
const crawler = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' };

/** A customer somebody can be led to. */
function aPerson(some: SomeCustomer = {}): CustomerFile {
  return { ...aFile({ email, phone, ...some }), identities: [emailKey(email)] };
}

/** A mail that went out ten minutes ago, and its links. */
async function aSentMail(
  options: {
    settings?: Partial<Settings>;
    issued?: IssueOutcome;
    customer?: SomeCustomer;
    touch?: Partial<Touch>;
  } = {},
) {
  const { settings, issued, customer, touch: changes } = options;
  const world = publicPages({ ...(settings && { settings }), ...(issued && { issued }) });
  const plan = aTouch();
  await world.putFile(aPerson(customer));
  await world.plan(plan);
  await world.send('c1', 'email');
  const stored = await world.touches.readTouch(plan);
  if (!stored?.value.sentAt) throw new Error('it was not sent');
  await world.touches.commit({ touches: [{ ...stored, value: { ...stored.value, ...changes } }] });
  world.clock.time = noon + 10 * minute;
  const path = (purpose: LinkPurpose, extra?: string) => `/${purpose}/${pageLinks.write(purpose, plan, extra)}`;
  return { ...world, path, now: () => world.touch(plan), later: world.clock.time };
}

/** A text that went out ten minutes ago, and its links. */
async function aSentText(changes: Partial<Touch> = {}, issued?: IssueOutcome) {
  const world = publicPages({ ...(issued && { issued }) });
  const plan = aTouch({ channel: 'sms' });
  await world.putFile(aPerson());
  await world.plan(plan);
  await world.send('c1', 'sms');
  const stored = await world.touches.readTouch(plan);
  if (!stored?.value.sentAt) throw new Error('it was not sent');
  const value = { ...stored.value, linkName: shortPageLinks.nameOf(plan), ...changes };
  await world.touches.commit({ touches: [{ ...stored, value }] });
  world.clock.time = noon + 10 * minute;
  const path = (purpose: LinkPurpose, place?: number) => `/${purpose}/${shortPageLinks.write(purpose, plan, place)}`;
  return { ...world, path, now: () => world.touch(plan) };
}

describe('a short link of a text', () => {
  const links = ['https://north.example/tea', 'https://north.example/cups'];

  test('leads where the link led, and counts as a click', async () => {
    const text = await aSentText({ links });
    for (const [place, location] of links.entries()) {
      expect(await text.ask('GET', text.path('t', place))).toMatchObject({ status: 302, headers: { location } });
    }
    expect((await text.now()).reactions).toHaveProperty('machineClicked');
    expect((await text.ask('GET', text.path('t', 2))).status).toBe(404);
    expect((await text.ask('GET', text.path('t'))).status).toBe(404);
  });

  test('opens the pages of its message, each under its own letter', async () => {
    const text = await aSentText({ coupon: 'spring' });
    for (const purpose of ['u', 'p', 'q', 'c'] as const) {
      expect([purpose, (await text.ask('GET', text.path(purpose))).status]).toEqual([purpose, 200]);
      const elsewhere = text.path(purpose).replace(`/${purpose}/`, purpose === 'u' ? '/p/' : '/u/');
      expect((await text.ask('GET', elsewhere)).status).toBe(404);
    }
    await text.ask('POST', text.path('c'), { form: {} });
    expect(text.asked).toEqual([{ coupon: 'spring', customer: 'c1', at: text.clock.time }]);
  });

  test('ends after half a year, but for what can be said for good', async () => {
    const text = await aSentText({ links, coupon: 'spring' });
    const statuses = async () => {
      const found: Record<string, number> = {};
      for (const purpose of ['u', 'p', 'q', 'c'] as const) {
        found[purpose] = (await text.ask('GET', text.path(purpose))).status;
      }
      return { ...found, t: (await text.ask('GET', text.path('t', 0))).status };
    };
    text.clock.time = noon + 180 * day - 1;
    expect(await statuses()).toEqual({ u: 200, p: 200, q: 200, c: 200, t: 302 });
    text.clock.time = noon + 180 * day;
    expect(await statuses()).toEqual({ u: 200, p: 200, q: 404, c: 404, t: 404 });
  });

  test('of a message that never went out opens nothing', async () => {
    const text = await aSentText({ links });
    const unsent = aTouch({ channel: 'sms', occurrence: 'unsent' });
    await text.plan({ ...unsent, links, linkName: shortPageLinks.nameOf(unsent) });
    expect((await text.ask('GET', `/t/${shortPageLinks.write('t', unsent, 0)}`)).status).toBe(404);
    expect(
      (await text.ask('GET', `/t/${shortPageLinks.write('t', aTouch({ occurrence: 'nothing' }), 0)}`)).status,
    ).toBe(404);
  });

  test('that shares its name with another is told from it by its tag', async () => {
    const text = await aSentText({ links });
    const twin = aTouch({ channel: 'sms', occurrence: 'twin' });
    await text.plan({ ...twin, links: ['https://evil.example'], linkName: shortPageLinks.nameOf(await text.now()) });
    expect((await text.ask('GET', text.path('t', 0))).headers.location).toBe(links[0]);
  });
});

describe('a link that is followed', () => {
  const links = ['https://north.example/tea?a=1&b=%E6%98%A5', 'https://north.example/cups'];

  test('leads to where it led when the mail was composed, and counts as a click', async () => {
    const mail = await aSentMail({ touch: { links } });
    const answer = await mail.ask('GET', mail.path('t', '0'));
    expect(answer).toMatchObject({ status: 302, headers: { location: links[0], 'cache-control': 'no-store' } });
    expect((await mail.now()).reactions).toEqual({ clicked: mail.later });
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  test('can carry its URL itself; it leads nowhere that was not signed', async () => {
    const mail = await aSentMail({ touch: { links } });
    const to = async (extra: string) => (await mail.ask('GET', mail.path('t', extra))).status;
    expect(await to('https://north.example/x')).toBe(302);
    expect([
      await to('2'),
      await to('-1'),
      await to(''),
      await to('javascript:alert(1)'),
      await to('//evil.example'),
    ]).toEqual([404, 404, 404, 404, 404]);
    const [, , token = ''] = mail.path('t', '0').split('/');
    const other = Buffer.from('c1 x\n\nhttps://evil.example').toString('base64url');
    expect((await mail.ask('GET', `/t/${other}.${token.split('.')[1]}`)).status).toBe(404);
    expect((await mail.ask('GET', `/t/${token}?url=https://evil.example`)).headers.location).toBe(links[0]);
  });

  test('does not break out of its header', async () => {
    const mail = await aSentMail();
    const { headers } = await mail.ask('GET', mail.path('t', 'https://north.example/\r\nset-cookie: a=b'));
    expect(String(headers.location)).not.toMatch(/[\r\n]/);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  test('by a machine counts apart: HEAD, prefetching, scanners', async () => {
    for (const [method, headers] of [
      ['HEAD', {}],
      ['GET', { purpose: 'prefetch' }],
      ['GET', { 'sec-purpose': 'prefetch;prerender' }],
      ['GET', { 'x-moz': 'prefetch' }],
      ['GET', crawler],
    ] as const) {
      const mail = await aSentMail({ touch: { links } });
      expect((await mail.ask(method, mail.path('t', '0'), { headers })).status).toBe(302);
      expect((await mail.now()).reactions).toEqual({ machineClicked: mail.later });
    }
  });

  test('two links at once are a scanner’s; one minute later a person clicks', async () => {
    const mail = await aSentMail({ touch: { links } });
    await mail.ask('GET', mail.path('t', '0'));
    mail.clock.time += 200;
    await mail.ask('GET', mail.path('t', '1'));
    expect((await mail.now()).reactions).toEqual({ machineClicked: mail.later });
    mail.clock.time += minute;
    await mail.ask('GET', mail.path('t', '1'));
    expect((await mail.now()).reactions).toEqual({ machineClicked: mail.later, clicked: mail.later + minute + 200 });
  });

  test('gets there even where it cannot be noted', async () => {
    const mail = await aSentMail();
    mail.touches.commit = () => Promise.reject(new Error('the table is gone'));
    expect((await mail.ask('GET', mail.path('t', 'https://north.example/'))).status).toBe(302);
  });
});

describe('the picture', () => {
  test('is one pixel and tells of an opening', async () => {
    const mail = await aSentMail();
    const answer = await mail.ask('GET', mail.path('o'));
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' },
    });
    const bytes = Buffer.from(answer.body, 'base64');
    expect(bytes.subarray(0, 6).toString()).toBe('GIF89a');
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([1, 1]);
    expect((await mail.now()).reactions).toEqual({ opened: mail.later });
  });

  test('loaded by a proxy tells of a machine', async () => {
    const mail = await aSentMail();
    await mail.ask('GET', mail.path('o'), { headers: { 'user-agent': 'Mozilla/5.0' } });
    expect((await mail.now()).reactions).toEqual({ machineOpened: mail.later });
  });

  test('comes with a token that is none, too', async () => {
    const mail = await aSentMail();
    expect((await mail.ask('GET', '/o/abc.def')).headers['content-type']).toBe('image/gif');
    expect((await mail.now()).reactions).toEqual({});
  });
});

describe('preferences', () => {
  const isChecked = (html: string, value: string) => new RegExp(`value="${value}" checked`).test(html);

  test('are shown as they are, and kept as the form says', async () => {
    const mail = await aSentMail();
    const path = mail.path('p');
    const shown = await mail.ask('GET', path);
    expect([isChecked(shown.body, 'email'), isChecked(shown.body, 'sms'), isChecked(shown.body, 'on')]).toEqual([
      true,
      true,
      false,
    ]);
    const saved = await mail.ask('POST', path, { form: { channel: ['sms'], pause: 'on', locale: 'en' } });
    expect(saved.body).toContain('<html lang="en">');
    expect(saved.body).toContain('Saved.');
    const again = await mail.ask('GET', path, { headers: { 'accept-language': 'zh' } });
    expect(again.body).toContain('<html lang="en">');
    expect([isChecked(again.body, 'email'), isChecked(again.body, 'sms'), isChecked(again.body, 'on')]).toEqual([
      false,
      true,
      true,
    ]);
    expect((await mail.now()).reactions).toEqual({ unsubscribed: mail.later });
  });

  test('stop the next message, and let it go once they are taken back', async () => {
    const mail = await aSentMail();
    const next = async (occurrence: string) => {
      const touch = aTouch({ occurrence, expiresAt: mail.clock.time + day }, mail.clock.time);
      await mail.plan(touch);
      await mail.send('c1', 'email');
      const { state, reason } = await mail.touch(touch);
      return reason ?? state;
    };
    const choose = async (channels: string[], pause = false) => {
      await mail.ask('POST', mail.path('p'), { form: { channel: channels, ...(pause && { pause: 'on' }) } });
    };
    mail.clock.time = noon + 10 * day;
    await choose(['sms']);
    expect(await next('one')).toBe('consent');
    mail.clock.time += minute;
    await choose(['sms', 'email'], true);
    expect(await next('two')).toBe('silence');
    mail.clock.time += minute;
    await choose(['sms', 'email']);
    expect(await next('three')).toBe('sent');
  });

  test('a pause ends by itself after 30 days', async () => {
    const mail = await aSentMail();
    await mail.ask('POST', mail.path('p'), { form: { channel: ['sms', 'email'], pause: 'on' } });
    mail.clock.time += 30 * day - 1;
    expect(isChecked((await mail.ask('GET', mail.path('p'))).body, 'on')).toBe(true);
    mail.clock.time += 1;
    expect(isChecked((await mail.ask('GET', mail.path('p'))).body, 'on')).toBe(false);
  });

  test('of an address that bounced cannot be switched on', async () => {
    const mail = await aSentMail();
    const rows = await mail.touches.readLive({ addresses: [emailKey(email)] });
    const row = rows.addresses.get(emailKey(email));
    if (row) await mail.touches.commit({ addresses: [{ ...row, value: { ...row.value, blocks: { bounce: 1 } } }] });
    const { body } = await mail.ask('POST', mail.path('p'), { form: { channel: ['email', 'sms'] } });
    expect(body).not.toContain('value="email"');
    expect(isChecked(body, 'sms')).toBe(true);
  });

  test('show no address, write none into the log, and a bare GET changes nothing', async () => {
    const mail = await aSentMail();
    const { body } = await mail.ask('GET', mail.path('p'));
    expect(body).not.toContain(email);
    expect(body).not.toContain(phone);
    const rows = await mail.touches.readLive({ addresses: [emailKey(email), phoneKey(phone)] });
    expect([...rows.addresses.values()].map(({ value }) => value.said)).toEqual([{}, {}]);
    expect(JSON.stringify(mail.lines)).not.toMatch(/example|138001/);
  });
});

describe('a questionnaire', () => {
  const answering = (mail: Awaited<ReturnType<typeof aSentMail>>, score: string, text = '', extra?: string) =>
    mail.ask('POST', mail.path('q', extra), { form: { score, text } });
  const casesOf = async (mail: Awaited<ReturnType<typeof aSentMail>>) =>
    (await mail.pages.cases.listCases({ customer: 'c1' }, undefined, 10)).items.map(({ value }) => value);

  test('keeps the answer on its message; the second takes the place of the first', async () => {
    const mail = await aSentMail({ customer: { statements: { locale: 'en' } } });
    expect((await mail.ask('GET', mail.path('q'))).body).toContain('How was your order from North?');
    await answering(mail, '4', ' fine ');
    expect((await mail.now()).answer).toEqual({ at: mail.later, scale: 'stars', score: 4, text: 'fine' });
    expect((await mail.ask('GET', mail.path('q'))).body).toMatch(/value="4"[^>]* checked[\s\S]*>fine<\/textarea>/);
    mail.clock.time += hour;
    await answering(mail, '5');
    expect((await mail.now()).answer).toEqual({ at: mail.later + hour, scale: 'stars', score: 5 });
    expect(await casesOf(mail)).toEqual([]);
  });

  test.for([
    ['stars', '2', true],
    ['stars', '3', false],
    ['nps', '6', true],
    ['nps', '0', true],
    ['nps', '7', false],
  ] as const)('%s %s opens a case and silences marketing: %s', async ([scale, score, isLow]) => {
    const mail = await aSentMail({ touch: { order: 'north#7' } });
    await answering(mail, score, 'cold', scale);
    await answering(mail, score, 'cold', scale);
    const cases = await casesOf(mail);
    expect(cases).toHaveLength(isLow ? 1 : 0);
    if (isLow)
      expect(cases[0]).toMatchObject({ kind: 'review', order: 'north#7', reason: expect.stringMatching(/: cold$/) });
    const { contacts } = await mail.touches.readLive({ contacts: ['c1'] });
    const kinds = contacts.get('c1')?.value.silences?.map(({ kind }) => kind) ?? [];
    expect(kinds.toSorted()).toEqual(isLow ? ['case', 'score'] : []);
  });

  test('is told to journeys and to other systems, without its words', async () => {
    const mail = await aSentMail();
    await answering(mail, '1', 'I am Ann');
    expect(mail.told.map(({ type }) => type)).toEqual(['case.opened', 'questionnaire.answered']);
    expect(mail.told[1]?.data).toMatchObject({ customer: 'c1', scale: 'stars', score: 1 });
    expect(JSON.stringify(mail.told)).not.toContain('Ann');
    expect(mail.heard).toEqual([{ customer: 'c1', type: 'answered' }]);
  });

  test.for(['', '0', '6', '2.5', '-1', 'five', '1e0', '11'])('does not take %j for stars', async (score) => {
    const mail = await aSentMail();
    const { status, body } = await answering(mail, score);
    expect(status).toBe(400);
    expect(body).toContain('role="alert"');
    expect((await mail.now()).answer).toBeUndefined();
  });

  test('gives points and a coupon once, and says so', async () => {
    const issued = { type: 'issued', coupon: { code: 'THANKS' }, definition: {} } as IssueOutcome;
    const mail = await aSentMail({ issued, settings: { questionnaire: { points: 50, coupon: 'thanks' } } });
    const { body } = await answering(mail, '5');
    expect(body).toContain('50');
    expect(body).toContain('THANKS');
    await answering(mail, '3');
    const file = (await mail.deps.store.readFiles(['c1'])).get('c1')?.value;
    if (file?.type !== 'file') throw new Error('no file');
    expect(membershipAt(file.file, mail.settings, mail.clock.time).points.balance).toBe(50);
    const causes = mail.asked.map((one) => (one as { cause: string }).cause);
    expect(new Set(causes).size).toBe(1);
  });

  test('is escaped, and a link of another purpose opens none', async () => {
    const mail = await aSentMail();
    await answering(mail, '4', '<script>alert(1)</script>');
    expect((await mail.ask('GET', mail.path('q'))).body).not.toContain('<script');
    const [, , token] = mail.path('p').split('/');
    expect((await mail.ask('GET', `/q/${token}`)).status).toBe(404);
  });

  test('of a customer who was merged since is the survivor’s', async () => {
    const mail = await aSentMail();
    await mail.putFile({ ...aFile({ id: 'c0', email: 'b@example.com' }), identities: [emailKey('b@example.com')] });
    const survivor = await mergeCustomers(['c1', 'c0'], defaultSettings, mail.pages);
    await answering(mail, '1');
    const { items } = await mail.pages.cases.listCases({ open: true }, undefined, 10);
    expect(items.map(({ value }) => value.customer)).toEqual([survivor]);
  });
});

describe('a claim link', () => {
  const coupon = { coupon: 'spring', code: 'SPRING-7', customer: 'c1', cause: 'claim', at: noon };
  const definition = {
    id: 'spring',
    name: '春茶八折',
    kind: 'percent',
    value: '20',
    perCustomer: 1,
    codes: 'pool',
    lowStock: 1,
  } as const;

  test('draws a code only when asked to, and shows it with its last day', async () => {
    const issued = {
      type: 'issued',
      coupon: { ...coupon, expiresAt: Date.UTC(2026, 11, 31, 16) },
      definition,
    } as const;
    const mail = await aSentMail({ issued });
    const path = mail.path('c', 'spring');
    expect((await mail.ask('GET', path)).body).not.toContain('SPRING-7');
    expect(mail.asked).toEqual([]);
    const { body } = await mail.ask('POST', path);
    expect(mail.asked).toEqual([{ coupon: 'spring', customer: 'c1', at: mail.later }]);
    expect(body).toContain('SPRING-7');
    expect(body).toContain('春茶八折');
    expect(body).toContain('2026年12月31日');
  });

  test('says so where there are none left, or the customer has had one, or it is over', async () => {
    const answer = async (issued: IssueOutcome) => {
      const mail = await aSentMail({ issued });
      return (await mail.ask('POST', mail.path('c', 'spring'))).body;
    };
    expect(await answer({ type: 'refused', reason: 'coupon_stock' })).toContain('已领完');
    expect(await answer({ type: 'refused', reason: 'coupon_limit' })).toContain('领取过');
    expect(await answer({ type: 'issued', coupon: { ...coupon, expiresAt: noon }, definition })).toContain('已领完');
  });
});
