import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CapCandidate,
  type CapCheck,
  checkCaps,
  compareUrgency,
  keptContacts,
  type RecentContact,
} from '../../../shared/domain/contact-policy/caps.ts';
import {
  type Allowance,
  type ContactPolicy,
  type CountedClass,
  defaultPolicy,
  policyRow,
} from '../../../shared/domain/contact-policy/policy.ts';
import { type Stage, stages } from '../../../shared/domain/life-cycle/stage.ts';
import { channels, messageClasses } from '../../../shared/domain/messages/message-class.ts';
import { someOf } from '../../config/runs.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 23, 12);
const counted: readonly CountedClass[] = ['care', 'news', 'promotional', 'major_promotion'];

/** Multiples of six hours before (or a little after) now, and a millisecond beside them: the ends of windows. */
const someTime = fc
  .tuple(fc.integer({ min: -1, max: 4 * 40 }), fc.constantFrom(-1, 0, 0, 1))
  .map(([quarters, beside]) => now - (quarters * DAY) / 4 + beside);
const someContact = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const someRecent: fc.Arbitrary<RecentContact[]> = fc
  .array(
    fc.record(
      {
        contact: someContact,
        channel: fc.constantFrom(...channels),
        class: fc.constantFrom(...counted),
        at: someTime,
        own: fc.boolean(),
      },
      { requiredKeys: ['contact', 'channel', 'class', 'at'] },
    ),
    { maxLength: 12 },
  )
  .map((messages) => messages.map((message, index) => ({ ...message, touch: `t${index}` })));
const someCandidate: fc.Arbitrary<CapCandidate> = fc.record(
  {
    contact: someContact,
    channel: fc.constantFrom(...channels),
    class: fc.constantFrom(...counted),
    own: fc.boolean(),
    birthday: fc.boolean(),
  },
  { requiredKeys: ['contact', 'channel', 'class'] },
);
const someAllowance: fc.Arbitrary<Allowance | null> = fc.option(
  fc.record(
    {
      max: fc.integer({ min: 0, max: 3 }),
      days: fc.integer({ min: 1, max: 30 }),
      only: fc.constant('birthday' as const),
    },
    { requiredKeys: ['max', 'days'] },
  ),
);
const someRow = fc.record(
  Object.fromEntries(counted.map((one) => [one, someAllowance])) as Record<CountedClass, typeof someAllowance>,
);
const somePolicy: fc.Arbitrary<ContactPolicy> = fc.oneof(
  fc.constant(defaultPolicy),
  fc
    .record({
      stages: fc.record({ active: someRow, silent: someRow, sleeping: someRow, lost: someRow }),
      perChannel: fc.record({ perDay: fc.integer({ min: 0, max: 3 }), perWeek: fc.integer({ min: 0, max: 6 }) }),
    })
    .map((some) => ({ ...defaultPolicy, ...some })),
);
const anyStage = fc.constantFrom(...stages);

/** Everything counted anew from all messages at a moment: whether the candidate would pass each of the three. */
function naive(one: CapCandidate, recent: readonly RecentContact[], stage: Stage, policy: ContactPolicy, at: number) {
  const within = (days: number) => recent.filter((message) => at - message.at < days * DAY);
  const used = (days: number) => within(days).filter(({ channel }) => channel === one.channel).length;
  return {
    class: naiveClass(one, within, policy.stages[policyRow(stage)][one.class]),
    channel_day: used(1) < policy.perChannel.perDay,
    channel_week: used(7) < policy.perChannel.perWeek,
  };
}

function naiveClass(
  one: CapCandidate,
  within: (days: number) => RecentContact[],
  allowance: Allowance | null,
): boolean {
  if (one.own) return true;
  if (allowance === null || (allowance.only && !one.birthday)) return false;
  const contacts = new Set<string>();
  for (const message of within(allowance.days)) {
    if (message.class === one.class && !message.own) contacts.add(message.contact);
  }
  return contacts.has(one.contact) || contacts.size < allowance.max;
}

describe('against a count over all messages', () => {
  const setting = [someCandidate, someRecent, anyStage, somePolicy] as const;

  test('what passes, and what does not', () => {
    fc.assert(
      fc.property(...setting, (candidate, recent, stage, policy) => {
        const checks = checkCaps(candidate, recent, stage, policy, now);
        const expected = naive(candidate, recent, stage, policy, now);
        expect(Object.fromEntries(checks.map(({ name, passed }) => [name, passed]))).toEqual(expected);
      }),
      { numRuns: someOf(1000) },
    );
  });

  test('when a place frees: not a millisecond earlier, and never where nothing is said', () => {
    fc.assert(
      fc.property(...setting, (candidate, recent, stage, policy) => {
        for (const { name, passed, freeAt } of checkCaps(candidate, recent, stage, policy, now)) {
          const passesAt = (at: number) => naive(candidate, recent, stage, policy, at)[name];
          if (passed) expect(freeAt).toBeUndefined();
          else if (freeAt === undefined) expect(passesAt(now + 1000 * DAY)).toBe(false);
          else {
            expect(freeAt).toBeGreaterThan(now);
            expect([passesAt(freeAt - 1), passesAt(freeAt)]).toEqual([false, true]);
          }
        }
      }),
      { numRuns: someOf(1000) },
    );
  });

  test('the order of the messages, and what no window reaches, change nothing', () => {
    fc.assert(
      fc.property(...setting, (candidate, recent, stage, policy) => {
        const checks = checkCaps(candidate, recent, stage, policy, now);
        expect(checkCaps(candidate, recent.toReversed(), stage, policy, now)).toEqual(checks);
        expect(checkCaps(candidate, keptContacts(recent, policy, now), stage, policy, now)).toEqual(checks);
      }),
    );
  });

  test('a place given where the checks pass never breaks a cap', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(someCandidate, fc.integer({ min: 0, max: 12 })), { maxLength: 40 }), (asked) => {
        const sent: RecentContact[] = [];
        let at = now;
        for (const [{ birthday: _, ...candidate }, quarters] of asked) {
          at += (quarters * DAY) / 4;
          const fits = checkCaps(candidate, sent, 'silent', defaultPolicy, at).every(({ passed }) => passed);
          if (fits) sent.push({ ...candidate, touch: `t${sent.length}`, at });
        }
        for (const { at: from, channel } of sent) {
          const together = (days: number) =>
            sent.filter((one) => one.channel === channel && one.at >= from && one.at < from + days * DAY);
          expect(together(1)).toHaveLength(1);
          expect(together(7).length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

function classCheck(candidate: Partial<CapCandidate>, recent: readonly RecentContact[], stage: Stage): CapCheck {
  const asked: CapCandidate = { contact: 'new', channel: 'email', class: 'promotional', ...candidate };
  return checkCaps(asked, recent, stage, defaultPolicy, now)[0] as CapCheck;
}
const sent = (daysAgo: number, more: Partial<RecentContact> = {}): RecentContact => ({
  touch: 't',
  contact: 'old',
  channel: 'sms',
  class: 'promotional',
  at: now - daysAgo * DAY,
  ...more,
});

describe('by name', () => {
  test('the table of DOMAIN 3', () => {
    const table = stages.map((stage) =>
      counted.map((one) => {
        const allowance = defaultPolicy.stages[policyRow(stage)][one];
        return allowance ? `${allowance.max}/${allowance.days}${allowance.only ?? ''}` : 'none';
      }),
    );
    const active = ['1/7', '1/7', '1/14', '1/7'];
    expect(table).toEqual([
      active,
      active,
      active,
      active,
      active,
      ['1/7', '1/14', '1/14', '1/7'],
      ['1/30', '1/30', '1/30', '1/14'],
      ['1/7birthday', 'none', 'none', '1/90'],
    ]);
  });

  test('day 14: the place is free at the very moment the window ends', () => {
    const later = sent(14, { at: now - 14 * DAY + 1 });
    expect(classCheck({}, [sent(14)], 'new_once')).toEqual({ name: 'class', passed: true, used: 0, max: 1, days: 14 });
    expect(classCheck({}, [later], 'new_once')).toMatchObject({ passed: false, used: 1, freeAt: now + 1 });
  });

  test('one campaign over two channels is one contact, and keeps its place until the later one leaves', () => {
    expect(classCheck({ contact: 'old' }, [sent(1)], 'silent')).toMatchObject({ passed: true, used: 1, max: 1 });
    const both = [sent(13), sent(12, { channel: 'email', touch: 'u' })];
    expect(classCheck({}, both, 'silent')).toMatchObject({ passed: false, used: 1, freeAt: now + 2 * DAY });
  });

  test('a contact that lost its place needs a new one, from the very moment on', () => {
    const other = sent(1, { contact: 'other' });
    const until = (at: number) => classCheck({ contact: 'old' }, [sent(14, { at }), other], 'silent').passed;
    expect([until(now - 14 * DAY + 1), until(now - 14 * DAY)]).toEqual([true, false]);
  });

  test('the lost are shielded, but for a birthday and a major sale', () => {
    expect(classCheck({}, [], 'lost')).toEqual({ name: 'class', passed: false, used: 0, max: 0, days: 0 });
    expect(classCheck({ class: 'care' }, [], 'lost')).toEqual({
      name: 'class',
      passed: false,
      used: 0,
      max: 0,
      days: 7,
    });
    expect(classCheck({ class: 'care', birthday: true }, [], 'lost').passed).toBe(true);
    expect(classCheck({ class: 'major_promotion' }, [], 'lost').passed).toBe(true);
    expect(classCheck({ class: 'major_promotion' }, [sent(89, { class: 'major_promotion' })], 'lost').passed).toBe(
      false,
    );
  });

  test('a contact begun before the customer was lost does not go on over another channel', () => {
    expect(classCheck({ contact: 'old' }, [sent(0)], 'lost').passed).toBe(false);
  });

  test('what brings its own allowance needs no place of its class and leaves it to others, but counts per channel', () => {
    expect(classCheck({ own: true }, [sent(1)], 'sleeping')).toMatchObject({ passed: true, used: 0, max: 1, days: 30 });
    expect(classCheck({ own: true }, [], 'lost').passed).toBe(true);
    expect(classCheck({}, [sent(1, { own: true })], 'sleeping').passed).toBe(true);
    const onSms: CapCandidate = { contact: 'new', channel: 'sms', class: 'care' };
    const [, day] = checkCaps(onSms, [sent(0.5, { own: true })], 'sleeping', defaultPolicy, now);
    expect(day).toEqual({
      name: 'channel_day',
      passed: false,
      used: 1,
      max: 1,
      days: 1,
      freeAt: now + DAY / 2,
    });
  });

  test('three a week on one channel, of whatever class; another channel has its own', () => {
    const recent = [sent(6), sent(4, { class: 'news' }), sent(2, { class: 'care' })];
    const week = (channel: 'sms' | 'email') =>
      checkCaps({ contact: 'new', channel, class: 'major_promotion' }, recent, 'new_once', defaultPolicy, now)[2];
    expect(week('sms')).toMatchObject({ passed: false, used: 3, max: 3, days: 7, freeAt: now + DAY });
    expect(week('email')).toMatchObject({ passed: true, used: 0 });
  });

  test('a message of a clock that runs ahead holds its place', () => {
    const [, day] = checkCaps(
      { contact: 'new', channel: 'sms', class: 'care' },
      [sent(-0.001)],
      'silent',
      defaultPolicy,
      now,
    );
    expect(day?.passed).toBe(false);
  });

  test('kept is what the longest window reaches, here the 90 days of the lost', () => {
    const recent = [sent(89.9), sent(90), sent(400)];
    expect(keptContacts(recent, defaultPolicy, now)).toEqual([recent[0]]);
    const none = { care: null, news: null, promotional: null, major_promotion: null };
    const strict = { ...defaultPolicy, stages: { active: none, silent: none, sleeping: none, lost: none } };
    expect(keptContacts([sent(6.9), sent(7)], strict, now)).toHaveLength(1);
  });
});

describe('who goes first', () => {
  test('major before care before promotional before news; transactional before all', () => {
    const some = messageClasses.map((one) => ({ class: one, priority: one === 'news' ? 9 : 0, id: one }));
    expect(some.toSorted(compareUrgency).map(({ id }) => id)).toEqual([
      'transactional',
      'major_promotion',
      'care',
      'promotional',
      'news',
    ]);
  });

  test('then the higher priority, then the id', () => {
    const some = [
      { class: 'care', priority: 1, id: 'b' },
      { class: 'care', priority: 1, id: 'a' },
      { class: 'care', priority: 2, id: 'c' },
    ] as const;
    expect(some.toSorted(compareUrgency).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });

  test('a total order', () => {
    const someone = fc.record({
      class: fc.constantFrom(...messageClasses),
      priority: fc.integer({ min: 0, max: 2 }),
      id: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(someone, someone, someone, (a, b, c) => {
        expect(Math.sign(compareUrgency(a, b))).toBe(0 - Math.sign(compareUrgency(b, a)) || 0);
        if (compareUrgency(a, b) === 0) expect(a).toEqual(b);
        if (compareUrgency(a, b) <= 0 && compareUrgency(b, c) <= 0) expect(compareUrgency(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
