import type { SESClient } from '@aws-sdk/client-ses';
import { describe, expect, test } from 'vitest';
import { channelPacer } from '../../../shared/adapters/touches/pacer.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';

/** A pacer in a time of its own, which passes only while it pauses. */
function aPacer({
  quota = 10,
  senders = 1,
  perSecond = 10,
}: {
  quota?: number | Error | undefined;
  senders?: number;
  perSecond?: number;
} = {}) {
  const time = { now: 0, asked: 0, quota };
  const ses = {
    send: async () => {
      time.asked++;
      if (time.quota instanceof Error) throw time.quota;
      return { MaxSendRate: time.quota };
    },
  } as unknown as SESClient;
  const channels = { ...defaultSettings.channels, sms: { perSecond } };
  const pacer = channelPacer({
    ses,
    settings: { settings: async () => ({ ...defaultSettings, channels }) },
    clock: { now: () => 0 },
    senders,
    pause: async (milliseconds) => {
      time.now += milliseconds;
    },
    elapsed: () => time.now,
  });
  return { pacer, time };
}

describe('the pace', () => {
  test('is the provider’s, shared out evenly among those who send', async () => {
    const { pacer, time } = aPacer({ quota: 20, senders: 4 });
    for (let count = 0; count < 11; count++) expect(await pacer.turn('email', 60_000)).toBe(true);
    expect(time.now).toBe(2000);
  });

  test('is kept by those who ask at the same moment', async () => {
    const { pacer } = aPacer({ quota: 10 });
    const waits: number[] = [];
    const slow = channelPacer({
      ses: { send: async () => ({ MaxSendRate: 10 }) } as unknown as SESClient,
      settings: { settings: async () => defaultSettings },
      clock: { now: () => 0 },
      senders: 1,
      pause: async (milliseconds) => void waits.push(milliseconds),
      elapsed: () => 0,
    });
    await Promise.all([1, 2, 3, 4].map(() => slow.turn('email', 60_000)));
    expect(waits).toEqual([100, 200, 300]);
    expect(await pacer.turn('email', 0)).toBe(true);
  });

  test('does not run up a credit in a lull', async () => {
    const { pacer, time } = aPacer({ quota: 1 });
    await pacer.turn('email', 60_000);
    time.now = 100_000;
    await pacer.turn('email', 60_000);
    await pacer.turn('email', 60_000);
    expect(time.now).toBe(101_000);
  });

  test('of text messages is the settings’, and does not hold up mail', async () => {
    const { pacer, time } = aPacer({ perSecond: 2 });
    for (let count = 0; count < 3; count++) await pacer.turn('sms', 60_000);
    expect(time.now).toBe(1000);
    await pacer.turn('email', 60_000);
    expect(time.now).toBe(1000);
  });

  test('of webhooks is none', async () => {
    const { pacer, time } = aPacer();
    for (let count = 0; count < 1000; count++) await pacer.turn('webhook', 0);
    expect(time.now).toBe(0);
  });

  test('is not waited for longer than there is time: nobody’s turn is lost by that', async () => {
    const { pacer, time } = aPacer({ quota: 1 });
    expect(await pacer.turn('email', 500)).toBe(true);
    expect(await pacer.turn('email', 500)).toBe(false);
    expect(await pacer.turn('email', 999)).toBe(false);
    expect(time.now).toBe(0);
    expect(await pacer.turn('email', 1000)).toBe(true);
    expect(time.now).toBe(1000);
    expect(await aPacer().pacer.turn('email', -1)).toBe(false);
  });
});

describe('the provider’s word on its rate', () => {
  test('is asked for every five minutes', async () => {
    const { pacer, time } = aPacer({ quota: 1000 });
    for (let count = 0; count < 50; count++) await pacer.turn('email', 60_000);
    expect(time.asked).toBe(1);
    time.now = 300_002;
    await pacer.turn('email', 60_000);
    await pacer.turn('email', 60_000);
    expect(time.asked).toBe(2);
  });

  test.each([
    ['an error', new Error('throttled')],
    ['no rate', undefined],
    ['a rate of none', 0],
  ])('that is %s makes it go at its slowest, and is asked for again soon', async (_what, answer) => {
    const { pacer, time } = aPacer({ quota: 100 });
    time.quota = answer as number;
    await pacer.turn('email', 60_000);
    await pacer.turn('email', 60_000);
    expect([time.now, time.asked]).toEqual([1000, 1]);
    time.quota = 100;
    time.now = 10_001;
    await pacer.turn('email', 60_000);
    await pacer.turn('email', 60_000);
    await pacer.turn('email', 60_000);
    expect(time.asked).toBe(2);
    expect(time.now).toBeLessThan(11_100);
  });
});
