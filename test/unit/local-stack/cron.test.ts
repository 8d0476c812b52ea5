import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../../infra/local/cron.ts';

const since = new Date('2026-11-23T10:00:30Z');
const due = (expression: string, minute: string, timezone = 'UTC') =>
  readSchedule(expression, timezone, since)(new Date(minute));

describe('schedule expressions', () => {
  it.each([
    ['cron(0 19 * * ? *)', '2026-11-23T19:00:00Z', true],
    ['cron(0 19 * * ? *)', '2026-11-23T19:01:00Z', false],
    ['cron(0/15 8-10 * * ? *)', '2026-11-23T09:45:00Z', true],
    ['cron(0/15 8-10 * * ? *)', '2026-11-23T11:00:00Z', false],
    ['cron(0 0 ? * MON-FRI *)', '2026-11-23T00:00:00Z', true],
    ['cron(0 0 ? * MON-FRI *)', '2026-11-22T00:00:00Z', false],
    ['cron(0 0 L * ? *)', '2026-02-28T00:00:00Z', true],
    ['cron(0 0 ? * 6L *)', '2026-11-27T00:00:00Z', true],
    ['cron(0 0 ? * 6L *)', '2026-11-20T00:00:00Z', false],
    ['cron(0 0 ? * 2#1 *)', '2026-11-02T00:00:00Z', true],
    ['cron(30 6 1 JAN,JUL ? 2027)', '2027-07-01T06:30:00Z', true],
    ['rate(5 minutes)', '2026-11-23T10:05:00Z', true],
    ['rate(5 minutes)', '2026-11-23T10:06:00Z', false],
    ['rate(5 minutes)', '2026-11-23T10:00:00Z', false],
    ['rate(1 day)', '2026-11-24T10:00:00Z', true],
    ['at(2026-12-24T18:30:00)', '2026-12-24T18:30:00Z', true],
  ])('%s at %s: %s', (expression, minute, expected) => {
    expect(due(expression, minute)).toBe(expected);
  });

  it('goes by the clock on the wall of its time zone', () => {
    expect(due('cron(0 3 * * ? *)', '2026-11-22T19:00:00Z', 'Asia/Shanghai')).toBe(true);
    expect(due('at(2026-12-24T18:30:00)', '2026-12-24T17:30:00Z', 'Europe/Berlin')).toBe(true);
  });

  it.each(['cron(0 19 * * ?)', 'cron(60 19 * * ? *)', 'rate(five minutes)', 'daily'])('refuses %s', (expression) => {
    expect(() => readSchedule(expression, 'UTC', since)).toThrow(expression);
  });
});
