import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, service, startFixture } from '../../support/local-stack.ts';

interface MailEvent {
  readonly eventType: string;
  readonly mail: Record<string, unknown> & { readonly messageId: string; readonly tags: Record<string, string[]> };
  readonly [detail: string]: unknown;
}

const start = '2026-03-01T10:00:00Z';

/** The mail provider: what goes out, what it says of it afterwards, and how much it takes. */
describe('mail', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ retryAfter: 0.1, time: new Date(start) });
  });
  afterEach(() => {
    fixture.stack.clearFaults();
    fixture.stack.mail.setAutomatic(['send', 'delivery']);
    fixture.stack.mail.setLimits({ maxSendRate: 14, max24HourSend: 50_000, enforceRate: false });
  });
  afterAll(() => fixture.stop());

  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${fixture.stack.url}/_local/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await response.json()) as Record<string, unknown>;
    return { status: response.status, json };
  };
  const send = async (touchId: string, input: object = {}) => {
    const { status, result } = await fixture.act('mail', {
      to: 'ann@example.com',
      set: 'fixture-all',
      touchId,
      ...input,
    });
    expect(status).toBe(200);
    return (result as { MessageId: string }).MessageId;
  };
  /** What the subscribed function was told of a mail, in the order in which it came. */
  const told = async (messageId: string) => {
    await fixture.stack.idle();
    const notices = (await fixture.sightings('mail-told')).map(({ first }) => first as { Sns: Record<string, string> });
    return notices
      .map(({ Sns }) => ({
        id: Sns.MessageId,
        subject: Sns.Subject,
        event: JSON.parse(Sns.Message ?? '') as MailEvent,
      }))
      .filter(({ event }) => event.mail.messageId === messageId);
  };
  const typesTold = async (messageId: string) => (await told(messageId)).map(({ event }) => event.eventType).sort();
  const eventTold = async (messageId: string, type: string) =>
    (await told(messageId)).find(({ event }) => event.eventType === type)?.event;

  describe('outbox', () => {
    it('shows a mail with both bodies, its headers unfolded, and its tags', async () => {
      const messageId = await send('touch-7', { set: undefined });
      const { json } = await control('GET', 'outbox?channel=email');
      expect((json.items as unknown[]).at(-1)).toEqual({
        to: 'ann@example.com',
        from: '"Shop, the" <shop@example.com>',
        subject: 'Hello',
        text: expect.stringContaining('Hi!'),
        html: expect.stringContaining('<p>Hi! '),
        headers: expect.objectContaining({
          'List-Unsubscribe': '<https://example.com/u/1>, <mailto:u@example.com>',
          'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
        }),
        tags: { touchId: 'touch-7' },
        at: expect.stringContaining('2026-03-01T10:0'),
        messageId,
        touchId: 'touch-7',
      });
    });

    it('gives the very bytes that were sent', async () => {
      const messageId = await send('raw', { to: '"Bo" <bo@example.com>' });
      const response = await fetch(`${fixture.stack.url}/_local/outbox/${messageId}/raw`);
      expect(response.headers.get('content-type')).toBe('message/rfc822');
      const source = await response.text();
      expect(source).toContain('List-Unsubscribe: <https://example.com/u/1>,\r\n <mailto:u@example.com>\r\n');
      expect((await PostalMime.parse(source)).to).toEqual([{ address: 'bo@example.com', name: 'Bo' }]);
    });

    it('shows a mail that the provider composes, and its raw form', async () => {
      expect((await fixture.act('simple-mail', { to: 'cy@example.com', touchId: 'simple' })).status).toBe(200);
      const mail = (await fixture.stack.outbox.mail()).at(-1);
      expect(mail).toMatchObject({
        to: 'cy@example.com',
        subject: 'Grüße',
        text: expect.stringContaining('https://example.com/x'),
        touchId: 'simple',
      });
      const parsed = await PostalMime.parse(await fixture.stack.outbox.raw(mail?.messageId ?? ''));
      expect(parsed.subject).toBe('Grüße');
    });

    it('knows no other mail', async () => {
      expect(await control('GET', 'outbox/nothing/raw')).toMatchObject({
        status: 404,
        json: { errors: [{ field: 'messageId' }] },
      });
    });
  });

  describe('events', () => {
    it('says of every mail that it was sent and delivered, in the words of event publishing', async () => {
      const messageId = await send('touch-8');
      const events = await told(messageId);
      expect(events.map(({ event }) => event.eventType).sort()).toEqual(['Delivery', 'Send']);
      expect(events[0]?.subject).toBe('Amazon SES Email Event Notification');
      const delivery = events.find(({ event }) => event.eventType === 'Delivery')?.event;
      const account = '000000000000';
      expect(delivery).toEqual({
        eventType: 'Delivery',
        mail: {
          timestamp: expect.stringMatching(/^2026-03-01T10:0\d:\d\d\.\d{3}Z$/),
          source: '"Shop, the" <shop@example.com>',
          sourceArn: `arn:aws:ses:us-east-1:${account}:identity/example.com`,
          sendingAccountId: account,
          messageId,
          destination: ['ann@example.com'],
          headersTruncated: false,
          headers: expect.arrayContaining([{ name: 'Subject', value: 'Hello' }]),
          commonHeaders: {
            from: ['"Shop, the" <shop@example.com>'],
            to: ['ann@example.com'],
            messageId,
            subject: 'Hello',
          },
          tags: {
            'ses:configuration-set': ['fixture-all'],
            'ses:source-ip': ['127.0.0.1'],
            'ses:from-domain': ['example.com'],
            'ses:caller-identity': ['probe'],
            'ses:outgoing-ip': ['127.0.0.1'],
            touchId: ['touch-8'],
          },
        },
        delivery: {
          timestamp: expect.stringMatching(/^2026-03-01T10:0/),
          processingTimeMillis: expect.any(Number),
          recipients: ['ann@example.com'],
          smtpResponse: expect.stringContaining('250'),
          reportingMTA: expect.any(String),
        },
      });
      expect(events.find(({ event }) => event.eventType === 'Send')?.event.send).toEqual({});
    });

    it('takes the configuration set and the tags from headers too', async () => {
      const header = 'X-SES-CONFIGURATION-SET: fixture-all\r\nX-SES-MESSAGE-TAGS: touchId=in-header, round=2';
      const messageId = await send('', { set: undefined, header });
      expect((await eventTold(messageId, 'Send'))?.mail.tags).toMatchObject({ touchId: ['in-header'], round: ['2'] });
      expect((await fixture.stack.outbox.mail()).at(-1)).toMatchObject({ touchId: 'in-header' });
    });

    it('is silent without a set, and where a set is switched off', async () => {
      expect(await typesTold(await send('no-set', { set: undefined }))).toEqual([]);
      expect(await typesTold(await send('off', { set: 'fixture-off' }))).toEqual([]);
    });

    it('publishes only the kinds that a set asks for', async () => {
      const messageId = await send('some', { set: 'fixture-bounces', to: 'bounce@simulator.amazonses.com' });
      expect(await typesTold(messageId)).toEqual(['Bounce']);
    });

    it('refuses a set that is not in the template', async () => {
      const { name } = await fixture.act('mail', { to: 'ann@example.com', set: 'fixture-none' });
      expect(name).toBe('ConfigurationSetDoesNotExistException');
    });

    it.each([
      ['success@simulator.amazonses.com', ['Delivery', 'Send']],
      ['bounce@simulator.amazonses.com', ['Bounce', 'Send']],
      ['bounce+touch-9@simulator.amazonses.com', ['Bounce', 'Send']],
      ['complaint@simulator.amazonses.com', ['Complaint', 'Delivery', 'Send']],
      ['ooto@simulator.amazonses.com', ['Bounce', 'Delivery', 'Send']],
      ['suppressionlist@simulator.amazonses.com', ['Bounce', 'Send']],
      ['bounce@simulator.amazonses.com, ann@example.com', ['Bounce', 'Delivery', 'Send']],
    ])('hears of %s: %j', async (to, types) => {
      expect(await typesTold(await send(`to ${to}`, { to }))).toEqual(types);
    });

    it('describes bounces and complaints', async () => {
      const to = 'bounce@simulator.amazonses.com';
      expect((await eventTold(await send('bounced', { to }), 'Bounce'))?.bounce).toEqual({
        feedbackId: expect.stringMatching(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/),
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [
          { emailAddress: to, action: 'failed', status: '5.1.1', diagnosticCode: expect.stringContaining('550') },
        ],
        timestamp: expect.stringContaining('2026-03-01T10:0'),
        reportingMTA: expect.any(String),
      });
      const away = await send('away', { to: 'ooto@simulator.amazonses.com' });
      expect((await eventTold(away, 'Bounce'))?.bounce).toMatchObject({ bounceType: 'Transient' });
      const blocked = await send('blocked', { to: 'suppressionlist@simulator.amazonses.com' });
      expect((await eventTold(blocked, 'Bounce'))?.bounce).toMatchObject({ bounceSubType: 'Suppressed' });
      const complained = await send('complained', { to: 'complaint@simulator.amazonses.com' });
      expect((await eventTold(complained, 'Complaint'))?.complaint).toMatchObject({
        complainedRecipients: [{ emailAddress: 'complaint@simulator.amazonses.com' }],
        complaintFeedbackType: 'abuse',
      });
    });

    it('is not quiet before they are delivered', async () => {
      fixture.stack.setFault({ name: 'dynamodb.slow', function: 'mail-told', ms: 500 });
      const messageId = await send('slow');
      await expect(fixture.stack.idle(100)).rejects.toThrow('Still busy');
      expect(await typesTold(messageId)).toHaveLength(2);
    });

    it('reaches queues too', async () => {
      const messageId = await send('queued', { set: 'fixture-bounces', to: 'bounce@simulator.amazonses.com' });
      await fixture.stack.idle();
      const { body } = await queued();
      expect(body).toContain(messageId);
    });

    it('says nothing by itself when told so, or when the fault makes it silent', async () => {
      expect((await control('POST', 'mail/automatic', { events: [] })).json).toEqual({ events: [] });
      expect(await typesTold(await send('quiet'))).toEqual([]);
      await control('POST', 'mail/automatic', { events: ['send', 'delivery'] });
      fixture.stack.setFault({ name: 'ses.silent', count: 1, function: 'probe' });
      const lost = await send('lost', { to: 'bounce@simulator.amazonses.com' });
      expect(await typesTold(lost)).toEqual([]);
      expect(await typesTold(await send('heard'))).toEqual(['Delivery', 'Send']);
    });

    it('speaks of mails whose answer was lost', async () => {
      fixture.stack.setFault({ name: 'ses.drop', count: 1, function: 'probe' });
      expect(
        (await fixture.act('mail', { to: 'ann@example.com', set: 'fixture-all', touchId: 'dropped' })).status,
      ).toBe(500);
      const mail = (await fixture.stack.outbox.mail()).at(-1);
      expect(mail?.touchId).toBe('dropped');
      expect(await typesTold(mail?.messageId ?? '')).toEqual(['Delivery', 'Send']);
    });

    const queued = async () => {
      const { QueueUrls } = await service(fixture.stack, 'AmazonSQS.ListQueues', 'sqs', {});
      const QueueUrl = (QueueUrls as string[]).find((url) => url.includes('mailevents'));
      const input = { QueueUrl, MaxNumberOfMessages: 10 };
      const bodies: string[] = [];
      for (;;) {
        const { Messages } = await service(fixture.stack, 'AmazonSQS.ReceiveMessage', 'sqs', input);
        const messages = (Messages ?? []) as { Body: string }[];
        if (messages.length === 0) return { body: bodies.join() };
        bodies.push(...messages.map(({ Body }) => Body));
      }
    };
  });

  describe('feedback on demand', () => {
    it.each([
      [{ event: 'bounce' }, 'Bounce', { bounceType: 'Permanent', bounceSubType: 'General' }],
      [{ event: 'bounce', type: 'Transient', subType: 'MailboxFull' }, 'Bounce', { bounceSubType: 'MailboxFull' }],
      [{ event: 'bounce', type: 'Undetermined' }, 'Bounce', { bounceSubType: 'Undetermined' }],
      [{ event: 'complaint' }, 'Complaint', { complaintFeedbackType: 'abuse', complaintSubType: null }],
      [{ event: 'complaint', type: 'not-spam' }, 'Complaint', { complaintFeedbackType: 'not-spam' }],
      [{ event: 'delivery' }, 'Delivery', { recipients: ['ann@example.com'] }],
      [{ event: 'open' }, 'Open', { ipAddress: '127.0.0.1', userAgent: expect.any(String) }],
      [{ event: 'click' }, 'Click', { link: 'https://example.com/?a=1&b=2' }],
      [{ event: 'click', link: 'https://example.com/else' }, 'Click', { link: 'https://example.com/else' }],
      [{ event: 'reject' }, 'Reject', { reason: 'Bad content' }],
      [{ event: 'send' }, 'Send', {}],
    ])('%j', async (feedback, type, detail) => {
      fixture.stack.mail.setAutomatic([]);
      const messageId = await send('later');
      const { status, json } = await control('POST', 'mail/feedback', { messageId, ...feedback });
      expect({ status, json }).toEqual({ status: 200, json: { messageId, published: 1 } });
      const [only, ...others] = await told(messageId);
      expect(others).toEqual([]);
      expect(only?.event).toMatchObject({ eventType: type, [type.toLowerCase()]: detail });
    });

    it('finds a mail by its touch, at a time of its own, as often as asked', async () => {
      fixture.stack.mail.setAutomatic([]);
      const messageId = await send('touch-thrice');
      const at = '2026-03-04T05:06:07.000Z';
      await control('POST', 'mail/feedback', { touchId: 'touch-thrice', event: 'bounce', times: 3, at });
      const events = await told(messageId);
      expect(events).toHaveLength(3);
      expect(new Set(events.map(({ id }) => id)).size).toBe(1);
      expect(events[0]?.event.bounce).toMatchObject({ timestamp: at });
      // The provider repeats itself: another notification, the same feedback.
      await control('POST', 'mail/feedback', { touchId: 'touch-thrice', event: 'bounce' });
      const repeated = await told(messageId);
      expect(new Set(repeated.map(({ id }) => id)).size).toBe(2);
      expect(new Set(repeated.map(({ event }) => (event.bounce as { feedbackId: string }).feedbackId)).size).toBe(1);
    });

    it.each([
      [{ messageId: 'unknown', event: 'bounce' }, 404, 'messageId'],
      [{ touchId: 'unknown', event: 'bounce' }, 404, 'touchId'],
      [{ event: 'bounce' }, 400, 'messageId'],
      [{ messageId: 'a', touchId: 'b', event: 'bounce' }, 400, 'messageId'],
      [{ touchId: 'a', event: 'lost' }, 400, 'event'],
      [{ touchId: 'a', event: 'bounce', type: 'abuse' }, 400, 'type'],
      [{ touchId: 'a', event: 'open', type: 'Permanent' }, 400, 'type'],
      [{ touchId: 'a', event: 'open', times: 0 }, 400, 'times'],
      [{ touchId: 'a', event: 'open', at: 'now' }, 400, 'at'],
      [{ touchId: 'setless', event: 'bounce' }, 409, 'event'],
    ])('%j: %i naming %s', async (feedback, status, field) => {
      if (field === 'event' && status === 409) await send('setless', { set: undefined });
      const answer = await control('POST', 'mail/feedback', feedback);
      expect(answer).toMatchObject({ status, json: { errors: [{ field }] } });
    });
  });

  describe('quota', () => {
    it('tells the limits, and counts recipients by the local clock', async () => {
      const before = (await fixture.act('quota')).result as { SentLast24Hours: number };
      expect(before).toMatchObject({ Max24HourSend: 50_000, MaxSendRate: 14 });
      await send('counted', { to: 'ann@example.com, bo@example.com' });
      expect((await fixture.act('quota')).result).toMatchObject({ SentLast24Hours: before.SentLast24Hours + 2 });
    });

    it('refuses above the quota of the day, until a day has passed', async () => {
      const { SentLast24Hours: sent } = (await fixture.act('quota')).result as { SentLast24Hours: number };
      const { json } = await control('POST', 'mail/quota', { max24HourSend: sent + 1 });
      expect(json).toEqual({ maxSendRate: 14, max24HourSend: sent + 1, enforceRate: false });
      await send('last-one');
      const refused = { status: 500, name: 'Throttling', message: 'Daily message quota exceeded.' };
      expect(await fixture.act('mail', { to: 'ann@example.com' })).toMatchObject(refused);
      await fixture.stack.setTime(new Date('2026-03-02T10:30:00Z'));
      expect((await fixture.act('quota')).result).toMatchObject({ SentLast24Hours: 0 });
      await send('next-day');
    });

    it('refuses above the rate only when told so', async () => {
      await control('POST', 'mail/quota', { maxSendRate: 2 });
      expect((await fixture.act('quota')).result).toMatchObject({ MaxSendRate: 2 });
      for (let at = 0; at < 5; at += 1) await send(`fast-${at}`);
      await control('POST', 'mail/quota', { enforceRate: true });
      const all = await Promise.all(Array.from({ length: 6 }, () => fixture.act('mail', { to: 'ann@example.com' })));
      const refused = all.filter(({ name }) => name === 'Throttling');
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]).toMatchObject({ message: 'Maximum sending rate exceeded.' });
    });

    it('counts what became of mails', async () => {
      const total = async () => {
        const points = (await fixture.act('statistics')).result as Record<string, number>[];
        const sum = (name: string) => points.reduce((all, point) => all + (point[name] ?? 0), 0);
        return [sum('DeliveryAttempts'), sum('Bounces'), sum('Complaints')];
      };
      const [attempts = 0, bounces = 0, complaints = 0] = await total();
      await send('b', { to: 'bounce@simulator.amazonses.com' });
      await send('c', { to: 'complaint@simulator.amazonses.com' });
      await fixture.stack.idle();
      expect(await total()).toEqual([attempts + 2, bounces + 1, complaints + 1]);
    });

    it('needs the right to ask, and rights on identity and set to send', async () => {
      await fixture.act('quota');
      await send('rights');
      const { used } = fixture.stack.iam().probe ?? { used: [] };
      expect(used).toContainEqual({ action: 'ses:GetSendQuota', resource: '*' });
      for (const resource of ['identity/example.com', 'configuration-set/fixture-all']) {
        const arn = `arn:aws:ses:us-east-1:000000000000:${resource}`;
        expect(used).toContainEqual({ action: 'ses:SendRawEmail', resource: arn });
      }
      // The role may use sets called fixture-... only.
      expect(await fixture.act('mail', { to: 'ann@example.com', set: 'other' })).toMatchObject({
        name: 'AccessDenied',
      });
    });
  });
});
