import { describe, expect, it } from 'vitest';
import { Clock } from '../../../infra/local/clock.ts';
import { SendQuota } from '../../../infra/local/mail/send-quota.ts';

const at = (clock: Clock, time: string) => clock.set(new Date(time));

describe('send quota', () => {
  it('counts the recipients of the last 24 hours, to the second', () => {
    const clock = new Clock();
    const quota = new SendQuota(clock);
    at(clock, '2026-03-01T10:00:00Z');
    quota.countSend(2);
    at(clock, '2026-03-01T22:00:00Z');
    quota.countSend(3);
    at(clock, '2026-03-02T09:59:50Z');
    expect(quota.sentLast24Hours).toBe(5);
    at(clock, '2026-03-02T10:00:10Z');
    expect(quota.sentLast24Hours).toBe(3);
    at(clock, '2026-03-02T22:00:10Z');
    expect(quota.sentLast24Hours).toBe(0);
  });

  it('refuses what would pass the quota of the day, and no less', () => {
    const quota = new SendQuota(new Clock());
    quota.change({ max24HourSend: 3 });
    quota.countSend(2);
    expect(quota.refusal(1)).toBeUndefined();
    expect(quota.refusal(2)).toBe('Daily message quota exceeded.');
  });

  it('holds the rate only when it is to be enforced', () => {
    const quota = new SendQuota(new Clock());
    quota.change({ maxSendRate: 1 });
    for (let sent = 0; sent < 5; sent += 1) quota.countSend(1);
    expect(quota.refusal(1)).toBeUndefined();
    quota.change({ enforceRate: true });
    quota.countSend(1);
    expect(quota.refusal(1)).toBe('Maximum sending rate exceeded.');
  });

  it('keeps counts by quarters of an hour, for two weeks', () => {
    const clock = new Clock();
    const quota = new SendQuota(clock);
    at(clock, '2026-03-01T10:14:00Z');
    quota.countSend(1);
    at(clock, '2026-03-01T10:16:00Z');
    quota.countSend(1);
    quota.countOutcome('bounce', 1);
    quota.countOutcome('complaint', 2);
    const counts = { deliveryAttempts: 1, bounces: 0, complaints: 0, rejects: 0 };
    expect(quota.dataPoints()).toEqual([
      { ...counts, timestamp: new Date('2026-03-01T10:00:00Z') },
      { ...counts, timestamp: new Date('2026-03-01T10:15:00Z'), bounces: 1, complaints: 2 },
    ]);
    at(clock, '2026-03-15T10:05:00Z');
    expect(quota.dataPoints()).toHaveLength(1);
  });
});
