import { expect, test } from 'vitest';
import { beginning, runKillTest } from '../kill/kill-test.ts';
import { startWholeStack } from '../support/whole-stack.ts';

/** The short form of `npm run kill-test`, with the same seed every time unless another is asked for. */
test('276 messages while functions die at every step and every service fails: none twice, and every plan adds up', async () => {
  const whole = await startWholeStack({ time: beginning, log: () => undefined });
  try {
    const report = await runKillTest(whole, {
      orders: 150,
      silent: 25,
      rounds: 4,
      stepsAtOnce: 1,
      silences: 1,
      seed: Number(process.env.SEED ?? 20261123),
      say: () => undefined,
    });
    expect(report.violations).toEqual([]);
    expect(report.account).toMatchObject({ planned: 276, pending: 0 });
    // It would prove nothing if nothing had gone wrong.
    for (const { function: name, kills } of report.kills) expect([name, kills > 2]).toEqual([name, true]);
    for (const { operation, before, after } of report.turningPoints) {
      expect([operation, before + after > 0]).toEqual([operation, true]);
    }
    expect(report.troubles.size).toBeGreaterThan(8);
    expect(report.account.unconfirmed).toBeGreaterThan(0);
  } finally {
    await whole.stop();
  }
});
