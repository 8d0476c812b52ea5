import { gzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent, SNSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createHandler } from '../../../functions/touch-feedback/handler.ts';
import { seededRandom } from '../../../infra/local/seeded-random.ts';
import type { Feedback } from '../../../shared/contracts/feedback/feedback.ts';
import { canonicalJson } from '../../../shared/domain/canonical.ts';
import type { OwnWord } from '../../../shared/domain/contact-policy/standing.ts';
import { type ReactionKind, reactionKinds, type Touch } from '../../../shared/domain/touches/touch.ts';
import type { Handover } from '../../../shared/usecases/messages/messaging-ports.ts';
import { type ReportDeps, takeFeedback, unsubscribe } from '../../../shared/usecases/messages/take-feedback.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { someOf } from '../../config/runs.ts';
import { keepingLogger, lambdaContext } from '../../support/lambda.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import {
  aFile,
  aTouch,
  day,
  emailKey,
  hour,
  interleaved,
  type Messaging,
  messaging,
  noon,
  phoneKey,
} from '../../support/touches.ts';

const ann = 'ann@example.com';
const phone = '+8613800138000';
type Reaction = Extract<Feedback, { type: 'reaction' }>;

const blocks: { readonly [Kind in Reaction['kind']]?: Reaction['blocks'] } = {
  bounced: 'bounce',
  complained: 'complaint',
};

function reaction(touch: Touch, kind: Reaction['kind'], at: number): Reaction {
  const channel = touch.channel === 'sms' ? 'sms' : 'email';
  const barred = blocks[kind];
  return {
    type: 'reaction',
    channel,
    kind,
    at,
    touch: { customer: touch.customer, id: touch.id },
    providerId: 'm0',
    addresses: [channel === 'sms' ? phone : ann],
    ...(barred && { blocks: barred }),
  };
}

/** The same as a provider tells it that carries no marks of ours. */
function unmarked(one: Reaction): Reaction {
  const { touch: _none, ...rest } = one;
  return rest;
}

function word(channel: 'email' | 'sms', said: OwnWord, at: number): Feedback {
  return { type: 'word', channel, address: channel === 'sms' ? phone : ann, word: said, at };
}

/** One message of a customer, handed to a provider that says and hears things meanwhile. */
async function sendOne(
  touch: Touch,
  meanwhile: (world: Messaging) => Promise<unknown>,
  answer: Handover,
): Promise<Messaging> {
  const world: Messaging = messaging({
    answer: async () => {
      await meanwhile(world);
      return answer;
    },
  });
  await world.putFile(aFile({ email: ann, phone }));
  await world.plan(touch);
  await world.send('c1', touch.channel);
  return world;
}

/** Everything that feedback can move. */
function rowsOf({ touches, rates }: Messaging): string {
  const {
    touches: all,
    contacts,
    addresses,
  } = touches as Messaging['touches'] & {
    touches: Map<string, { value: unknown }>;
    contacts: Map<string, { value: unknown }>;
    addresses: Map<string, { value: unknown }>;
  };
  const values = [all, contacts, addresses].map((rows) => [...rows.values()].map(({ value }) => value));
  const { bounced, complained } = rates.counted.email;
  return canonicalJson([values, bounced, complained]);
}

type Step = (deps: ReportDeps) => Promise<unknown>;

/** A provider and a person who say everything there is to say about one message, some of it at the same moment. */
function everything(touch: Touch): Step[] {
  const told = [
    ...(['sent', ...reactionKinds] as const).map((kind, index) => reaction(touch, kind, noon + 1000 * index)),
    reaction(touch, 'opened', noon + 500),
    reaction(touch, 'bounced', noon + 900_000),
    ...(['stop', 'start', 'unsubscribed'] as const).map((said) =>
      word(touch.channel === 'sms' ? 'sms' : 'email', said, noon + 7000),
    ),
    word(touch.channel === 'sms' ? 'sms' : 'email', 'start', noon + 6000),
  ];
  return [
    ...told.map(
      (one): Step =>
        (deps) =>
          takeFeedback(one, deps),
    ),
    (deps) => unsubscribe(touch, noon + 6500, deps),
    (deps) => unsubscribe(touch, noon + 9000, deps),
  ];
}

/** As the services do it that bring a notice again until it has been taken. */
async function untilTaken(step: Step, deps: ReportDeps): Promise<void> {
  for (;;) {
    try {
      await step(deps);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

const answers: readonly Handover[] = [
  { type: 'accepted', providerId: 'm0' },
  { type: 'unknown', reason: 'timeout' },
];

describe.each(['email', 'sms'] as const)('feedback on a message by %s', (channel) => {
  const touch = aTouch({ channel });
  const steps = everything(touch);

  async function expected(): Promise<string> {
    const world = await sendOne(touch, async () => undefined, { type: 'accepted', providerId: 'm0' });
    for (const step of steps) await step(world.deps);
    return rowsOf(world);
  }

  test('ends in the same rows in any order and repetition, also before its sender has written that it is out', async () => {
    const rows = await expected();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...steps, ...steps], { minLength: 2 * steps.length }),
        fc.nat(2 * steps.length),
        fc.constantFrom(...answers),
        async (order, early, answer) => {
          const before = async ({ deps }: Messaging) => {
            for (const step of order.slice(0, early)) await step(deps);
          };
          const world = await sendOne(touch, before, answer);
          for (const step of order.slice(early)) await step(world.deps);
          expect(rowsOf(world)).toBe(rows);
        },
      ),
      { numRuns: someOf(40) },
    );
  });

  test('ends in the same rows when all of it comes at once', async () => {
    const rows = await expected();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = seededRandom(seed);
        const world = await sendOne(touch, async () => undefined, { type: 'unknown', reason: 'timeout' });
        const deps = { ...world.deps, touches: interleaved(world.touches, random) };
        await Promise.all(steps.map((step) => untilTaken(step, deps)));
        expect(rowsOf(world)).toBe(rows);
      }),
      { numRuns: someOf(15) },
    );
  });
});

describe('what it does to a message', () => {
  let world: Messaging;
  const touch = aTouch();
  const sent = (answer: Handover = { type: 'accepted', providerId: 'm0' }) =>
    sendOne(touch, async () => undefined, answer);
  const placesOf = async (customer = 'c1') =>
    (await world.touches.readLive({ contacts: [customer] })).contacts.get(customer)?.value.recent ?? [];
  const addressRow = async (key = emailKey(ann)) =>
    (await world.touches.readLive({ addresses: [key] })).addresses.get(key)?.value;
  beforeEach(async () => {
    world = await sent();
  });

  test('a bounce frees the place, and bars the address for everything', async () => {
    expect((await placesOf()).length).toBe(1);
    expect(await takeFeedback(reaction(touch, 'bounced', noon + 5), world.deps)).toBe('taken');
    expect(await placesOf()).toEqual([]);
    expect(await addressRow()).toMatchObject({ blocks: { bounce: noon + 5 } });
    const notice = aTouch({ class: 'transactional', occurrence: 'next' });
    await world.plan(notice, aTouch({ channel: 'sms', occurrence: 'next' }));
    await world.send('c1', 'email');
    expect(await world.touch(notice)).toMatchObject({ state: 'skipped', reason: 'suppression' });
    expect((await world.send('c1', 'sms')).sent, 'its place was freed').toBe(1);
  });

  test('a bounce frees the place where it is, whenever its customer was merged', async () => {
    const merge = () =>
      world.putItems([
        { type: 'redirect', id: 'c1', to: 'c0' },
        { type: 'file', file: aFile({ id: 'c0', email: ann, aliases: ['c1'] }) },
      ]);
    await merge();
    await takeFeedback(reaction(touch, 'bounced', noon + 5), world.deps);
    expect(await placesOf()).toEqual([]);

    world = messaging();
    await merge();
    await world.plan(touch);
    await world.send('c1', 'email');
    expect((await placesOf('c0')).length).toBe(1);
    await takeFeedback(reaction(touch, 'bounced', noon + 5), world.deps);
    expect(await placesOf('c0')).toEqual([]);
  });

  test('a full mailbox keeps the place and bars nobody', async () => {
    await takeFeedback(reaction(touch, 'softBounced', noon + 5), world.deps);
    expect((await placesOf()).length).toBe(1);
    expect(await addressRow()).toMatchObject({ blocks: {} });
  });

  test('a rejection takes it back: it failed, and its place and address are free', async () => {
    await takeFeedback(reaction(touch, 'rejected', noon + 5), world.deps);
    expect(await world.touch(touch)).toMatchObject({ state: 'failed', reason: 'rejected' });
    expect(await placesOf()).toEqual([]);
    expect((await addressRow())?.claims).toEqual([]);
  });

  test.each<[ReactionKind | 'sent', boolean]>([
    ['sent', false],
    ['delivered', true],
    ['opened', true],
  ])('an unconfirmed one is settled by: %s', async (kind, isReaction) => {
    world = await sent({ type: 'unknown', reason: 'timeout' });
    await takeFeedback(reaction(touch, kind, noon + 5), world.deps);
    const after = await world.touch(touch);
    expect(after).toMatchObject({
      state: 'sent',
      sentAt: noon,
      providerId: 'm0',
      reactions: isReaction ? { [kind]: noon + 5 } : {},
    });
    expect(after).not.toHaveProperty('reason');
    expect((await placesOf()).length).toBe(1);
  });

  test('without our marks it is found by the provider’s id, among what went to the address', async () => {
    const other = aTouch({ occurrence: 'other', class: 'transactional' });
    await world.plan(other);
    await world.send('c1', 'email');
    expect(await takeFeedback(unmarked(reaction(touch, 'bounced', noon + 5)), world.deps)).toBe('taken');
    expect(await world.touch(touch)).toMatchObject({ reactions: { bounced: noon + 5 } });
    expect((await world.touch(other)).reactions).toEqual({});
  });

  test('without our marks it is found too after only an event with marks told the id', async () => {
    world = await sent({ type: 'unknown', reason: 'timeout' });
    await takeFeedback(reaction(touch, 'sent', noon + 1), world.deps);
    await takeFeedback(unmarked(reaction(touch, 'complained', noon + 5)), world.deps);
    expect(await world.touch(touch)).toMatchObject({ reactions: { complained: noon + 5 } });
  });

  test('without our marks, and before its sender knows the id, bars the address and comes again', async () => {
    const bounce = unmarked(reaction(touch, 'bounced', noon + 5));
    world = await sendOne(
      touch,
      async ({ deps }) => {
        await expect(takeFeedback(bounce, deps)).rejects.toThrow(ConflictError);
      },
      { type: 'accepted', providerId: 'm0' },
    );
    expect(await addressRow()).toMatchObject({ blocks: { bounce: noon + 5 } });
    expect(await takeFeedback(bounce, world.deps)).toBe('taken');
    expect(await world.touch(touch)).toMatchObject({ reactions: { bounced: noon + 5 } });
  });

  test('about a message nobody knows bars the address all the same', async () => {
    const strange = { ...unmarked(reaction(touch, 'complained', noon + 5)), providerId: 'unknown' };
    expect(await takeFeedback(strange, world.deps)).toBe('taken');
    expect(await addressRow()).toMatchObject({ blocks: { complaint: noon + 5 } });
    expect(await takeFeedback(strange, world.deps)).toBe('ignored');
    const elsewhere = { ...reaction(touch, 'opened', noon), touch: { customer: 'c9', id: touch.id } };
    expect(await takeFeedback(elsewhere, world.deps)).toBe('ignored');
  });

  test('never wakes what was skipped', async () => {
    const skipped = aTouch({ occurrence: 'skipped', class: 'care' });
    await world.plan({ ...skipped, state: 'skipped', reason: 'stale' });
    expect(await takeFeedback({ ...reaction(skipped, 'delivered', noon) }, world.deps)).toBe('unchanged');
    expect(await world.touch(skipped)).toMatchObject({ state: 'skipped' });
  });

  test('one that is to be tried again and was delivered after all is not sent again', async () => {
    world = await sent({ type: 'refused', reason: 'throttling', later: true });
    await takeFeedback(reaction(touch, 'delivered', noon + 5), world.deps);
    world.clock.time += day;
    expect(await world.sweepAndSend()).toEqual([]);
    expect(world.handed.length).toBe(1);
  });

  test('bounces and complaints are counted once each, for the brake', async () => {
    for (const kind of ['bounced', 'complained', 'bounced', 'opened'] as const) {
      await takeFeedback(reaction(touch, kind, noon + 5), world.deps);
    }
    expect(world.rates.counted.email).toMatchObject({ bounced: 1, complained: 1 });
  });
});

describe('what is told of a message late', () => {
  const earner: Touch = {
    ...aTouch(),
    state: 'sent',
    sentAt: noon,
    credited: { orders: 1, amount: 9_900, discount: 0 },
  };
  const asked = async (touch: Touch, ...kinds: Reaction['kind'][]) => {
    const world = messaging();
    await world.putFile(aFile({ email: ann, phone }));
    await world.plan(touch);
    for (const kind of kinds) await takeFeedback(reaction(touch, kind, noon + hour), world.deps);
    return world.work;
  };
  const anotherLook = { type: 'customers.changed', customers: ['c1'] };

  test.each(['delivered', 'bounced', 'softBounced', 'rejected', 'clicked'] as const)(
    'asks who earned the order once more, where the one who did: %s',
    async (kind) => {
      expect(await asked(earner, kind)).toEqual([anotherLook]);
      expect(await asked(earner, kind, kind), 'told twice').toEqual([anotherLook]);
    },
  );

  test.each(['opened', 'complained', 'unsubscribed', 'sent'] as const)(
    'asks for nothing where it was: %s',
    async (kind) => {
      expect(await asked(earner, kind)).toEqual([]);
    },
  );

  test('asks for nothing where it has earned nothing, but for a click', async () => {
    const { credited: _nothing, ...poor } = earner;
    expect(await asked(poor, 'delivered', 'softBounced', 'bounced')).toEqual([]);
    expect(await asked(poor, 'clicked')).toEqual([anotherLook]);
  });

  test('asks where it went out after all', async () => {
    expect(await asked({ ...aTouch(), state: 'failed', reason: 'internal' }, 'delivered')).toEqual([anotherLook]);
  });

  test('asks before it is written: whoever dies between asks again', async () => {
    const world = messaging();
    await world.plan(earner);
    const { commit } = world.touches;
    world.touches.commit = () => Promise.reject(new Error('the function is gone'));
    await expect(takeFeedback(reaction(earner, 'bounced', noon + 5), world.deps)).rejects.toThrow('gone');
    world.touches.commit = commit;
    await takeFeedback(reaction(earner, 'bounced', noon + 5), world.deps);
    expect(world.work).toEqual([anotherLook, anotherLook]);
  });
});

describe('what people say', () => {
  let world: Messaging;
  const text = aTouch({ channel: 'sms' });
  const rowOf = async (key: string) => (await world.touches.readLive({ addresses: [key] })).addresses.get(key)?.value;
  const next = async (changes: Partial<Touch>): Promise<Touch> => {
    const touch = aTouch({ occurrence: 'next', expiresAt: noon + 20 * day, ...changes }, world.clock.time);
    await world.plan(touch);
    await world.send(touch.customer, touch.channel);
    return world.touch(touch);
  };
  beforeEach(async () => {
    world = await sendOne(text, async () => undefined, { type: 'accepted', providerId: 'm0' });
    world.clock.time = noon + 8 * day;
  });

  test('STOP bars the number for everything and is written on the last message before it', async () => {
    await takeFeedback(word('sms', 'stop', noon + hour), world.deps);
    expect(await world.touch(text)).toMatchObject({ reactions: { unsubscribed: noon + hour } });
    expect(await next({ channel: 'sms', class: 'transactional' })).toMatchObject({
      state: 'skipped',
      reason: 'suppression',
    });
    expect(await next({ channel: 'email', class: 'care', occurrence: 'mail' })).toMatchObject({ state: 'sent' });
  });

  test('what is said answers the last message before it, not one that came after', async () => {
    const notice = await next({ channel: 'sms', class: 'transactional' });
    await takeFeedback(word('sms', 'unsubscribed', noon + hour), world.deps);
    expect(await world.touch(text)).toMatchObject({ reactions: { unsubscribed: noon + hour } });
    await takeFeedback(word('sms', 'unsubscribed', noon + 9 * day), world.deps);
    expect(await world.touch(notice)).toMatchObject({ reactions: { unsubscribed: noon + 9 * day } });
    expect(await world.touch(text)).toMatchObject({ reactions: { unsubscribed: noon + hour } });
  });

  test('START takes STOP back', async () => {
    await takeFeedback(word('sms', 'stop', noon + hour), world.deps);
    await takeFeedback(word('sms', 'start', noon + 2 * hour), world.deps);
    expect(await next({ channel: 'sms' })).toMatchObject({ state: 'sent' });
  });

  test('unsubscribing after STOP does not take it back', async () => {
    await takeFeedback(word('sms', 'stop', noon + hour), world.deps);
    await unsubscribe(text, noon + 2 * hour, world.deps);
    expect(await next({ channel: 'sms', class: 'transactional' })).toMatchObject({
      state: 'skipped',
      reason: 'suppression',
    });
  });

  test('unsubscribing denies the channel for all but transactional messages', async () => {
    expect(await unsubscribe(text, noon + hour, world.deps)).toBe('sms');
    expect(await next({ channel: 'sms' })).toMatchObject({ state: 'skipped', reason: 'consent' });
    expect(await next({ channel: 'sms', class: 'transactional', occurrence: 'notice' })).toMatchObject({
      state: 'sent',
    });
    expect(await next({ channel: 'email', occurrence: 'mail' })).toMatchObject({ state: 'sent' });
  });

  test('unsubscribing denies the channel on a new address too, until it is granted again later', async () => {
    await unsubscribe(text, noon + hour, world.deps);
    const fresh = '+8613900139000';
    await world.putFile(aFile({ email: ann, phone: fresh, statedAt: noon }));
    expect(await next({ channel: 'sms' })).toMatchObject({ state: 'skipped', reason: 'consent' });
    await world.putFile(aFile({ email: ann, phone: fresh, statedAt: noon + 2 * hour }));
    expect(await next({ channel: 'sms', occurrence: 'later' })).toMatchObject({ state: 'sent' });
  });

  test('an address that was unsubscribed is so for every file it stands in', async () => {
    await unsubscribe(text, noon + hour, world.deps);
    await world.putFile(aFile({ id: 'c2', phone }));
    expect(await next({ customer: 'c2', channel: 'sms' })).toMatchObject({ state: 'skipped', reason: 'consent' });
  });

  test('a link of a message that never went out unsubscribes nobody', async () => {
    const waiting = aTouch({ occurrence: 'waiting' });
    await world.plan(waiting);
    expect(await unsubscribe(waiting, noon, world.deps)).toBeUndefined();
    expect(await unsubscribe({ customer: 'c1', id: 'none' }, noon, world.deps)).toBeUndefined();
  });

  test('STOP from a number nobody was written to bars it all the same; what is no number is ignored', async () => {
    const stranger: Feedback = { type: 'word', channel: 'sms', address: '+8613700137000', word: 'stop', at: noon };
    expect(await takeFeedback(stranger, world.deps)).toBe('taken');
    expect(await takeFeedback(stranger, world.deps)).toBe('unchanged');
    expect(await rowOf(phoneKey('+8613700137000'))).toMatchObject({ said: { stop: noon } });
    expect(await takeFeedback({ ...stranger, address: '+1XXX5550100' }, world.deps)).toBe('ignored');
  });
});

describe('the function', () => {
  const notified = (...messages: unknown[]): SNSEvent =>
    ({
      Records: messages.map((message) => ({
        Sns: {
          Message: typeof message === 'string' ? message : JSON.stringify(message),
          Timestamp: new Date(noon).toISOString(),
        },
      })),
    }) as SNSEvent;
  const logged = (...lines: unknown[]): CloudWatchLogsEvent => {
    const logEvents = lines.map((line, id) => ({
      id: String(id),
      timestamp: noon,
      message: typeof line === 'string' ? line : JSON.stringify(line),
    }));
    return { awslogs: { data: gzipSync(JSON.stringify({ logEvents })).toString('base64') } };
  };

  async function hear(event: SNSEvent | CloudWatchLogsEvent, world = messaging()) {
    const { logger, lines } = keepingLogger();
    await createHandler({ ...world.deps, logger })(event, lambdaContext());
    return { world, log: JSON.stringify(lines) };
  }

  const mail = { timestamp: '2026-11-23T04:00:00.000Z', messageId: 'm0', destination: [ann] };

  test.each<[string, unknown]>([
    ['a subscription’s greeting', 'Successfully validated SNS topic for Amazon SES event publishing.'],
    ['no text at all', ''],
    ['a list', [1, 2, 3]],
    ['null', 'null'],
    ['a number', '17'],
    ['an object of another kind', { hello: 'world' }],
    ['a kind that does not exist yet', { eventType: 'Teleported', mail }],
    ['a kind of which nothing is kept', { eventType: 'DeliveryDelay', mail: { ...mail, timestamp: 'soon' } }],
    ['a failed rendering, which has no message', { eventType: 'Rendering Failure', mail: {}, failure: {} }],
    ['a kind named as a member of every object', { eventType: 'constructor', mail }],
    ['an answer that asks for nothing', { originationNumber: phone, messageBody: 'When does it arrive?' }],
    [
      'a complaint taken back',
      { eventType: 'Complaint', mail, complaint: { complaintFeedbackType: 'not-spam', timestamp: mail.timestamp } },
    ],
  ])('ignores %s', async (_what, message) => {
    const { world } = await hear(notified(message));
    expect(rowsOf(world)).toBe(rowsOf(messaging()));
  });

  test('ignores lines of a log that say nothing', async () => {
    const { world } = await hear(
      logged('', 'plain text', '[]', { status: 'SUCCESS' }, { notification: {}, delivery: {}, status: 1 }),
    );
    expect(rowsOf(world)).toBe(rowsOf(messaging()));
  });

  test('takes huge lists, as far as one mail can have so many recipients', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ emailAddress: `r${index}@example.com` }));
    const bounce = { bounceType: 'Permanent', bouncedRecipients: many, timestamp: mail.timestamp };
    const { world } = await hear(notified({ eventType: 'Bounce', mail: { ...mail, destination: [] }, bounce }));
    const keys = many.map(({ emailAddress }) => emailKey(emailAddress));
    const { addresses } = await world.touches.readLive({ addresses: keys });
    expect([...addresses.values()].filter(({ value }) => value.blocks.bounce !== undefined).length).toBe(50);
    const destination = many.map(({ emailAddress }) => emailAddress);
    await hear(
      notified({ eventType: 'Delivery', mail: { ...mail, destination }, delivery: { timestamp: mail.timestamp } }),
    );
  });

  test('fails for a known kind without what it should have: it comes again, and ends among the dead letters', async () => {
    await expect(hear(notified({ eventType: 'Bounce', mail: { destination: [ann] } }))).rejects.toThrow();
  });

  test('tells the log no address and no text', async () => {
    const world = messaging();
    const { log } = await hear(
      notified(
        {
          eventType: 'Bounce',
          mail,
          bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: ann }], timestamp: mail.timestamp },
        },
        { originationNumber: phone, messageBody: 'STOP it, Ann' },
      ),
      world,
    );
    expect(log).toContain('taken');
    expect(log).not.toMatch(/ann|138/i);
  });

  test(`takes the published bodies of the services${whereReferencePayloadsAre}`, {
    skip: !hasReferencePayloads,
  }, async () => {
    const world = messaging();
    const files = [
      'ses_event_send.json',
      'ses_event_delivery.json',
      'ses_event_open.json',
      'ses_event_complaint.json',
      'ses_notification_bounce_with_dsn.json',
      'ses_notification_complaint_with_feedback.json',
      'sms_two_way_inbound.json',
    ];
    await hear(notified(...files.map((file) => referencePayload(`aws/${file}`).toString())), world);
    await hear(logged(referencePayload('aws/sns_sms_delivery_log_success.json').toString()), world);
    const barred = ['recipient@example.com', 'jane@example.com', 'richard@example.com', 'mary@example.com'].map(
      emailKey,
    );
    const { addresses } = await world.touches.readLive({ addresses: barred });
    expect(barred.map((key) => addresses.get(key)?.value.blocks)).toEqual([
      { complaint: Date.parse('2017-08-05T00:41:02.669Z') },
      { bounce: Date.parse('2016-01-27T14:59:38.237Z') },
      { complaint: Date.parse('2016-01-27T14:59:38.237Z') },
      {},
    ]);
  });
});
