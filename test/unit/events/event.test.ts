import { beforeEach, describe, expect, test } from 'vitest';
import { nextTryAt, wants } from '../../../shared/domain/events/event.ts';

describe('what a subscription asks for', () => {
  test.each([
    [['*'], 'order.paid', true],
    [['order.*'], 'order.paid', true],
    [['order.*'], 'orders.paid', false],
    [['order.paid'], 'order.paid', true],
    [['order.paid'], 'order.refunded', false],
    [['journey.*'], 'journey.call-them', true],
    [[], 'order.paid', false],
  ])('%j of %s: %s', (asked, type, expected) => {
    expect(wants(asked, type)).toBe(expected);
  });
});

describe('the next try', () => {
  let waited: number[];
  beforeEach(() => {
    waited = [];
  });
  test('comes later and later, and after a day no more', () => {
    let at: number | undefined = 0;
    for (let tries = 1; at !== undefined; tries++) {
      const next: number | undefined = nextTryAt(tries, at);
      if (next !== undefined) waited.push(next - at);
      at = next;
    }
    expect(waited).toEqual(waited.toSorted((a, b) => a - b));
    const hours = waited.reduce((sum, one) => sum + one, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(24);
    expect(hours).toBeLessThan(48);
  });
});
