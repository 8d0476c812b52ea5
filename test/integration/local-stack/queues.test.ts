import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, startFixture } from '../../support/local-stack.ts';

/** Queue mappings: what AWS promises of batches, failures, order and dead letters holds here too. */
describe('queue event sources', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ retryAfter: 0.1 });
  });
  afterAll(() => fixture.stop());

  const batchesWith = async (functionName: string, prefix: string) =>
    (await fixture.sightings(functionName))
      .map(({ ids = [], attributes }) => ({ ids: ids.filter((id) => id.startsWith(prefix)), attributes }))
      .filter(({ ids }) => ids.length > 0);
  const timesSeen = async (functionName: string, id: string) =>
    (await batchesWith(functionName, id)).filter(({ ids }) => ids.includes(id)).length;
  const dead = async (id: string) => (await fixture.stack.deadLetters()).filter(({ body }) => body.includes(`"${id}"`));

  it('gathers what comes within the window, up to the batch size', async () => {
    for (let at = 0; at < 12; at += 1) await fixture.send('windowed', { id: `window-${at}` });
    await fixture.stack.idle();
    const batches = await batchesWith('window-run', 'window-');
    const sent = Array.from({ length: 12 }, (_, at) => `window-${at}`);
    expect(batches.flatMap(({ ids }) => ids).sort()).toEqual(sent.sort());
    expect(batches.map(({ ids }) => ids.length).sort()).toEqual([2, 5, 5]);
  });

  it('gives a failed message again, and only that one', async () => {
    await fixture.sendAll('jobs', [{ id: 'partial-bad', fail: 1 }, { id: 'partial-good' }]);
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'partial-bad')).toBe(2);
    expect(await timesSeen('job-run', 'partial-good')).toBe(1);
    const [, second] = await batchesWith('job-run', 'partial-bad');
    expect(second?.attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('takes a whole batch for failed when the function throws', async () => {
    await fixture.sendAll('jobs', [{ id: 'throws-a', throw: true, fail: 1 }, { id: 'throws-b' }]);
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'throws-b')).toBe(2);
  });

  it('takes a whole batch for failed when the function names a message that is not in it', async () => {
    await fixture.sendAll('jobs', [{ id: 'unknown-a', unknown: true }, { id: 'unknown-b' }]);
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'unknown-b')).toBe(2);
  });

  it('takes a whole batch for done when failures are not reported by its mapping', async () => {
    await fixture.send('slow', { id: 'unreported', fail: 5 });
    await fixture.stack.idle();
    expect(await timesSeen('slow-run', 'unreported')).toBe(1);
  });

  it('sets a message aside after three receives', async () => {
    await fixture.send('jobs', { id: 'poison', fail: 99 });
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'poison')).toBe(3);
    expect(await dead('poison')).toHaveLength(1);
  });

  it('replaces an environment that dies, and tries its messages again', async () => {
    await fixture.send('jobs', { id: 'crash', crash: true });
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'crash')).toBe(2);
    expect(await dead('crash')).toHaveLength(0);
  });

  it('ends an invocation at the timeout of its function', async () => {
    await fixture.send('jobs', { id: 'endless', wait: 60_000 });
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'endless')).toBe(3);
    expect(await dead('endless')).toHaveLength(1);
    expect(fixture.stack.logs().some(({ text }) => text.includes('Task timed out after 1.00 seconds'))).toBe(true);
  });

  it('keeps a delayed message back', async () => {
    const sent = performance.timeOrigin + performance.now();
    await fixture.send('jobs', { id: 'delayed' }, { DelaySeconds: 1 });
    await fixture.stack.idle();
    expect(performance.timeOrigin + performance.now() - sent).toBeGreaterThanOrEqual(1000);
    expect(await timesSeen('job-run', 'delayed')).toBe(1);
  });

  it('does not show a message to another while one works on it', async () => {
    await fixture.send('slow', { id: 'visible', wait: 700 });
    await fixture.stack.idle();
    expect(await timesSeen('slow-run', 'visible')).toBe(1);
  });

  it('keeps the order of a FIFO group, in batches of more than one', async () => {
    const turn = (group: string, at: number, more = {}) =>
      fixture.send(
        'turns',
        { id: `${group}-${at}`, ...more },
        { MessageGroupId: group, MessageDeduplicationId: `${group}-${at}` },
      );
    await turn('blocker', 0, { wait: 300 });
    for (let at = 1; at <= 4; at += 1) {
      await turn('blocker', at);
      await turn('other', at);
    }
    await turn('blocker', 1);
    await fixture.stack.idle();
    const blocker = (await batchesWith('turn-run', 'blocker-')).map(({ ids }) => ids);
    expect(blocker.flat()).toEqual(['blocker-0', 'blocker-1', 'blocker-2', 'blocker-3', 'blocker-4']);
    expect(Math.max(...blocker.map((ids) => ids.length))).toBeGreaterThan(1);
    expect((await batchesWith('turn-run', 'other-')).flatMap(({ ids }) => ids)).toEqual([
      'other-1',
      'other-2',
      'other-3',
      'other-4',
    ]);
  });

  it('holds a FIFO group back behind a message that fails, until that one is dead', async () => {
    const fifo = (at: number) => ({ MessageGroupId: 'stuck', MessageDeduplicationId: `stuck-${at}` });
    await fixture.send('turns', { id: 'stuck-0', throw: true }, fifo(0));
    await fixture.stack.idle();
    await fixture.send('turns', { id: 'stuck-1' }, fifo(1));
    await fixture.stack.idle();
    expect(await timesSeen('turn-run', 'stuck-0')).toBe(3);
    expect(await timesSeen('turn-run', 'stuck-1')).toBe(1);
    expect(await dead('stuck-0')).toHaveLength(1);
  });

  it('carries a topic to its queue and its function', async () => {
    await fixture.act('publish', { id: 'news' });
    await fixture.stack.idle();
    expect(await timesSeen('job-run', 'news')).toBe(1);
    expect(await timesSeen('notified', 'news')).toBe(1);
  });

  describe('text messages', () => {
    const post = async (path: string, body: object) => {
      const response = await fetch(`${fixture.stack.url}/_local/sms/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    };
    const replies = async (text: string) => {
      await fixture.stack.idle();
      const notices = (await fixture.sightings('notified')).map(({ first }) => first as { Sns: { Message: string } });
      const messages = notices.map(({ Sns }) => JSON.parse(Sns.Message) as Record<string, string>);
      return messages.filter(({ messageBody }) => messageBody === text);
    };

    it('brings the reply of a phone to the topic that takes replies', async () => {
      await fixture.act('sms', { to: '+14255550182', text: 'First', touchId: 'touch-0' });
      await fixture.act('sms', { to: '+14255550182', text: 'Hello', touchId: 'touch-1' });
      const sent = fixture.stack.outbox.sms().at(-1);
      expect(sent).toMatchObject({ to: '+14255550182', text: 'Hello', touchId: 'touch-1', at: expect.any(String) });
      const { status, json } = await post('reply', { from: '+14255550182', text: 'Stop it' });
      expect({ status, json }).toEqual({ status: 200, json: { published: 1, inboundMessageId: expect.any(String) } });
      expect(await replies('Stop it')).toEqual([
        {
          originationNumber: '+14255550182',
          destinationNumber: '+12125550101',
          messageKeyword: 'STOP',
          messageBody: 'Stop it',
          inboundMessageId: json.inboundMessageId,
          previousPublishedMessageId: sent?.messageId,
        },
      ]);
    });

    it('brings a reply more than once, and one of a phone that was never written to', async () => {
      await post('reply', { from: '+14255550199', text: 'Who is this', times: 3 });
      const heard = await replies('Who is this');
      expect(heard).toHaveLength(3);
      expect(new Set(heard.map(({ inboundMessageId }) => inboundMessageId)).size).toBe(1);
      expect(heard[0]).not.toHaveProperty('previousPublishedMessageId');
    });

    it.each([
      [{ touchId: 'touch-log', status: 'SUCCESS' }, 'Message has been accepted by phone carrier', ''],
      [
        { to: '+14255550183', status: 'FAILURE', providerResponse: 'Phone number is opted out' },
        'Phone number is opted out',
        '/Failure',
      ],
    ])('hands the delivery record to the function that takes them: %j', async (report, words, ending) => {
      await fixture.act('sms', { to: '+14255550183', text: 'Hello', touchId: 'touch-log' });
      const messageId = fixture.stack.outbox.sms().at(-1)?.messageId;
      expect(await post('delivery', report)).toEqual({ status: 200, json: { messageId, delivered: 1 } });
      await fixture.stack.idle();
      const event = (await fixture.sightings('sms-told')).at(-1)?.event as { awslogs: { data: string } };
      const logs = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString()) as {
        logEvents: { message: string }[];
      };
      expect(logs).toMatchObject({
        messageType: 'DATA_MESSAGE',
        logGroup: `sns/us-east-1/000000000000/DirectPublishToPhoneNumber${ending}`,
        logEvents: [{ id: expect.any(String), timestamp: expect.any(Number) }],
      });
      expect(JSON.parse(logs.logEvents[0]?.message ?? '')).toMatchObject({
        notification: { messageId, timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/) },
        delivery: {
          destination: '+14255550183',
          providerResponse: words,
        },
        status: report.status,
      });
    });

    it.each([
      [{ touchId: 'nobody', status: 'SUCCESS' }, 404, 'touchId'],
      [{ to: '+19995550100', status: 'SUCCESS' }, 404, 'to'],
      [{ status: 'SUCCESS' }, 400, 'messageId'],
      [{ to: '+14255550183', status: 'LOST' }, 400, 'status'],
    ])('delivery %j: %i naming %s', async (report, status, field) => {
      expect(await post('delivery', report)).toMatchObject({ status, json: { errors: [{ field }] } });
    });
  });
});
