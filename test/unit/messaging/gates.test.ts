import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Candidate,
  type GateName,
  gateNames,
  type Judgement,
  judge,
} from '../../../shared/domain/contact-policy/gates.ts';
import { isQuiet } from '../../../shared/domain/contact-policy/quiet-hours.ts';
import type { Standing } from '../../../shared/domain/contact-policy/standing.ts';
import { messageClasses, purposes } from '../../../shared/domain/messages/message-class.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import { day, hour, minute, noon, shanghai } from '../../support/touches.ts';

const candidate: Candidate = {
  id: 't1',
  customer: 'c1',
  contact: 'journey/a/b/now',
  channel: 'email',
  class: 'care',
  purpose: 'other',
  expiresAt: noon + 3 * day,
};
const address: NonNullable<Standing['address']> = {
  value: 'ann@example.com',
  key: 'e:ann',
  consent: { state: 'granted', at: noon - day, source: 'north#1' },
  claims: [],
};
const standing: Standing = { stage: 'new_once', zone: shanghai, address, recent: [], silences: [] };

interface Given {
  readonly candidate?: Partial<Candidate>;
  readonly standing?: Partial<Standing>;
  readonly settings?: Partial<Settings>;
  readonly now?: number;
  readonly brake?: { reason: string; until: number };
}

function judged({ now = noon, ...given }: Given): Judgement {
  const all = { ...defaultSettings, ...given.settings };
  return judge({ ...candidate, ...given.candidate }, { ...standing, ...given.standing }, all, now, given.brake);
}

function gate(name: GateName, given: Given) {
  return judged(given).gates.find((one) => one.gate === name);
}

const place = (changes: Partial<Standing['recent'][number]> = {}) => ({
  touch: 'other',
  customer: 'c1',
  contact: 'another',
  channel: 'email' as const,
  class: 'care' as const,
  at: noon - hour,
  ...changes,
});

describe('a message', () => {
  test('goes out when every gate is open, and each of them is told', () => {
    const { verdict, gates } = judged({});
    expect(verdict).toEqual({ type: 'send' });
    // Whether it is news is asked once, when it is planned.
    expect(gates.map((one) => one.gate)).toEqual(gateNames.filter((name) => name !== 'news'));
    expect(gates.every(({ passed }) => passed)).toBe(true);
  });

  test('that is transactional asks for no consent, no place, no silence and no brake', () => {
    const { verdict, gates } = judged({
      candidate: { class: 'transactional' },
      standing: {
        address: { ...address, consent: { state: 'denied' } },
        silences: [{ kind: 'refund', since: noon }],
        recent: [place(), place({ contact: 'third', channel: 'sms' })],
      },
      brake: { reason: 'bounces', until: noon + hour },
    });
    expect(verdict).toEqual({ type: 'send' });
    expect(gates.map((one) => one.gate)).toEqual(['expiry', 'address', 'suppression', 'same_address', 'quiet_hours']);
  });
});

describe('gate by gate, with what it saw', () => {
  test('expiry', () => {
    expect(gate('expiry', { now: candidate.expiresAt - 1 })).toMatchObject({ passed: true });
    expect(gate('expiry', { now: candidate.expiresAt })).toEqual({
      gate: 'expiry',
      passed: false,
      seen: { expiresAt: candidate.expiresAt },
    });
    expect(judged({ now: candidate.expiresAt }).verdict).toEqual({ type: 'skip', reason: 'expired' });
  });

  test('address', () => {
    const { address: _none, ...nowhere } = standing;
    const { verdict, gates } = judge(candidate, nowhere, defaultSettings, noon);
    expect(verdict).toEqual({ type: 'skip', reason: 'address' });
    expect(gates.find((one) => one.gate === 'address')).toEqual({
      gate: 'address',
      passed: false,
      seen: { known: false },
    });
  });

  test.each(['stop', 'bounce', 'complaint', 'erasure'])('suppression by %s, of transactional ones too', (reason) => {
    for (const messageClass of messageClasses) {
      const given = {
        candidate: { class: messageClass },
        standing: { address: { ...address, block: { reason, at: noon - 5 } } },
      };
      expect(judged(given).verdict).toEqual({ type: 'skip', reason: 'suppression' });
      expect(gate('suppression', given)).toEqual({
        gate: 'suppression',
        passed: false,
        seen: { reason, since: noon - 5 },
      });
    }
  });

  test('consent: what was unsubscribed lets transactional messages through, and no others', () => {
    for (const messageClass of messageClasses) {
      const consent = { state: 'denied' as const, at: noon - 1, source: 'unsubscribed' };
      const { verdict } = judged({
        candidate: { class: messageClass },
        standing: { address: { ...address, consent } },
      });
      expect(verdict.type).toBe(messageClass === 'transactional' ? 'send' : 'skip');
    }
    const denied = {
      address: { ...address, consent: { state: 'denied' as const, at: noon - 1, source: 'unsubscribed' } },
    };
    expect(gate('consent', { standing: denied })?.seen).toEqual({
      consent: 'denied',
      at: noon - 1,
      source: 'unsubscribed',
    });
    expect(judged({ standing: denied }).verdict).toEqual({ type: 'skip', reason: 'consent' });
  });

  test('consent that is unknown is enough for care alone, and only where the merchant says so', () => {
    const careOnUnknownConsent = { policy: { ...defaultSettings.policy, careOnUnknownConsent: true } };
    for (const messageClass of ['care', 'news', 'promotional', 'major_promotion'] as const) {
      const unknown = {
        candidate: { class: messageClass },
        standing: { address: { ...address, consent: { state: 'unknown' as const } } },
      };
      expect(judged(unknown).verdict).toEqual({ type: 'skip', reason: 'consent' });
      expect(judged({ ...unknown, settings: careOnUnknownConsent }).verdict.type).toBe(
        messageClass === 'care' ? 'send' : 'skip',
      );
    }
    const denied = { standing: { address: { ...address, consent: { state: 'denied' as const } } } };
    expect(judged({ ...denied, settings: careOnUnknownConsent }).verdict.type).toBe('skip');
  });

  test('silence', () => {
    const silent = { standing: { silences: [{ kind: 'refund' as const, since: noon - day }] } };
    expect(judged(silent).verdict).toEqual({ type: 'skip', reason: 'silence' });
    expect(gate('silence', silent)?.seen).toEqual({ kind: 'refund', since: noon - day });
  });

  test('class cap, until the place is free', () => {
    const full = { standing: { recent: [place({ channel: 'sms' })] }, candidate: { expiresAt: noon + 30 * day } };
    expect(gate('class_cap', full)).toEqual({
      gate: 'class_cap',
      passed: false,
      seen: { used: 1, max: 1, days: 7, stage: 'new_once', class: 'care' },
      until: noon - hour + 7 * day,
    });
    expect(judged(full).verdict).toEqual({ type: 'defer', until: noon - hour + 7 * day, reason: 'class_cap' });
  });

  test('class cap of a stage that gets nothing of the kind stays closed', () => {
    const lost = { standing: { stage: 'lost' as const }, candidate: { class: 'news' as const } };
    expect(gate('class_cap', lost)).toMatchObject({ passed: false, seen: { max: 0, stage: 'lost' } });
    expect(judged(lost).verdict).toEqual({ type: 'skip', reason: 'class_cap' });
    expect(judged({ standing: { stage: 'lost' } }).verdict).toEqual({ type: 'skip', reason: 'class_cap' });
    expect(judged({ standing: { stage: 'lost' }, candidate: { purpose: 'birthday' } }).verdict).toEqual({
      type: 'send',
    });
  });

  test('channel caps', () => {
    const oneToday = { standing: { recent: [place({ class: 'news' })] }, candidate: { expiresAt: noon + 30 * day } };
    expect(gate('channel_day_cap', oneToday)).toEqual({
      gate: 'channel_day_cap',
      passed: false,
      seen: { used: 1, max: 1, days: 1 },
      until: noon - hour + day,
    });
    expect(judged(oneToday).verdict).toEqual({ type: 'defer', until: noon - hour + day, reason: 'channel_day_cap' });
    const threeThisWeek = [2, 3, 4].map((days) => place({ class: 'news', contact: `n${days}`, at: noon - days * day }));
    expect(gate('channel_week_cap', { standing: { recent: threeThisWeek } })).toMatchObject({
      passed: false,
      seen: { used: 3, max: 3, days: 7 },
      until: noon + 3 * day,
    });
    expect(judged({ standing: { recent: [place({ channel: 'sms', class: 'news' })] } }).verdict.type).toBe('send');
  });

  test('a place of its own, from a try that was broken off, is not in its way; one of the same id planned for somebody else is', () => {
    const mine = place({ touch: 't1', contact: candidate.contact });
    expect(judged({ standing: { recent: [mine] } }).verdict.type).toBe('send');
    expect(judged({ standing: { recent: [{ ...mine, customer: 'c2' }] } }).verdict).toEqual({
      type: 'skip',
      reason: 'same_address',
    });
    const closed = judged({ standing: { recent: [{ ...mine, customer: 'c2' }] } }).gates.filter(
      ({ passed }) => !passed,
    );
    expect(closed.map((one) => one.gate)).toEqual(['channel_day_cap', 'same_address']);
  });

  test('the same contact over another channel is one contact', () => {
    expect(judged({ standing: { recent: [place({ channel: 'sms', contact: candidate.contact })] } }).verdict.type).toBe(
      'send',
    );
  });

  test('same address', () => {
    const claim = { contact: candidate.contact, customer: 'c2', touch: 't1', at: noon - 7 };
    const claimed = (changes: Partial<typeof claim>) => ({
      standing: { address: { ...address, claims: [{ ...claim, ...changes }] } },
    });
    expect(gate('same_address', claimed({}))).toEqual({ gate: 'same_address', passed: false, seen: { at: noon - 7 } });
    expect(judged(claimed({})).verdict).toEqual({ type: 'skip', reason: 'same_address' });
    expect(judged({ ...claimed({}), candidate: { class: 'transactional' } }).verdict).toEqual({
      type: 'skip',
      reason: 'same_address',
    });
    expect(judged(claimed({ contact: 'another' })).verdict.type).toBe('send');
    expect(judged(claimed({ customer: 'c1' })).verdict.type).toBe('send');
  });

  test('quiet hours, but for orders, shipping and refunds', () => {
    const night = Date.UTC(2026, 10, 23, 13, 30);
    expect(gate('quiet_hours', { now: night })).toEqual({
      gate: 'quiet_hours',
      passed: false,
      seen: { zone: shanghai, from: '21:00:00', to: '09:00:00' },
      until: Date.UTC(2026, 10, 24, 1),
    });
    for (const purpose of purposes) {
      const { verdict } = judged({ now: night, candidate: { purpose, class: 'transactional' } });
      const isExempt = ['order', 'shipping', 'refund'].includes(purpose);
      expect(verdict).toEqual(
        isExempt ? { type: 'send' } : { type: 'defer', until: Date.UTC(2026, 10, 24, 1), reason: 'quiet_hours' },
      );
    }
    expect(gate('quiet_hours', { now: night, candidate: { purpose: 'order' } })?.seen).toEqual({ exempt: true });
  });

  test('brake', () => {
    const braked = { brake: { reason: 'bounces', until: noon + hour } };
    expect(gate('brake', braked)).toEqual({
      gate: 'brake',
      passed: false,
      seen: { reason: 'bounces' },
      until: noon + hour,
    });
    expect(judged(braked).verdict).toEqual({ type: 'defer', until: noon + hour, reason: 'brake' });
  });
});

describe('what waits', () => {
  test('waits past the quiet hours it would come back in', () => {
    // Free at 22:00 in Shanghai: it goes out at 9.
    const free = Date.UTC(2026, 10, 23, 14);
    expect(judged({ standing: { recent: [place({ class: 'news', at: free - day })] } }).verdict).toEqual({
      type: 'defer',
      until: Date.UTC(2026, 10, 24, 1),
      reason: 'channel_day_cap',
    });
  });

  test('waits at least a minute', () => {
    const { verdict } = judged({ brake: { reason: 'bounces', until: noon } });
    expect(verdict).toMatchObject({ type: 'defer', until: noon + minute });
  });

  test('waits for the last of the gates that open by themselves, under the name of the first', () => {
    const recent = [
      place({ class: 'news', at: noon - hour }),
      place({ contact: 'c', channel: 'sms', at: noon - 6 * day }),
    ];
    const { verdict } = judged({ standing: { recent }, brake: { reason: 'complaints', until: noon + 2 * hour } });
    expect(verdict).toEqual({ type: 'defer', until: noon + day, reason: 'class_cap' });
  });

  test('is skipped where it could not go before it expires, with the reason it waited for', () => {
    const recent = [place()];
    expect(judged({ standing: { recent }, candidate: { expiresAt: noon - hour + 7 * day + 1 } }).verdict.type).toBe(
      'defer',
    );
    expect(judged({ standing: { recent }, candidate: { expiresAt: noon - hour + 7 * day } }).verdict).toEqual({
      type: 'skip',
      reason: 'class_cap',
    });
  });

  test('is skipped with the reason that is for good, whatever else would open', () => {
    const night = Date.UTC(2026, 10, 23, 13, 30);
    const consent = { state: 'denied' as const };
    expect(judged({ now: night, standing: { address: { ...address, consent } } }).verdict).toEqual({
      type: 'skip',
      reason: 'consent',
    });
  });

  test('whatever is seen: deferred into the allowed hours and before the expiry, or not at all', () => {
    const someStanding = fc.record({
      zone: fc.constantFrom(shanghai, 'America/New_York', 'Europe/Lisbon', 'Pacific/Chatham'),
      recent: fc.array(
        fc.record({
          touch: fc.constantFrom('t1', 't2', 't3'),
          customer: fc.constantFrom('c1', 'c2'),
          contact: fc.constantFrom(candidate.contact, 'x', 'y'),
          channel: fc.constantFrom('email' as const, 'sms' as const),
          class: fc.constantFrom('care' as const, 'news' as const),
          at: fc.integer({ min: noon - 9 * day, max: noon }),
        }),
        { maxLength: 5 },
      ),
    });
    fc.assert(
      fc.property(
        someStanding,
        fc.integer({ min: 0, max: 2 * day }),
        fc.integer({ min: -hour, max: 20 * day }),
        fc.constantFrom(...messageClasses),
        fc.constantFrom(...purposes),
        (given, offset, left, messageClass, purpose) => {
          const now = noon + offset;
          const expiresAt = now + left;
          const { verdict, gates } = judged({
            now,
            standing: given,
            candidate: { class: messageClass, purpose, expiresAt },
          });
          const closed = gates.filter(({ passed }) => !passed);
          expect(verdict.type === 'send').toBe(closed.length === 0);
          if (verdict.type !== 'defer') return;
          expect(verdict.until).toBeGreaterThanOrEqual(now + minute);
          expect(verdict.until).toBeLessThan(expiresAt);
          if (!['order', 'shipping', 'refund'].includes(purpose)) {
            expect(isQuiet(verdict.until, given.zone, defaultSettings.quietHours)).toBe(false);
          }
          expect(closed.map((one) => one.gate)).toContain(verdict.reason);
        },
      ),
    );
  });
});
