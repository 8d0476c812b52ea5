import { expect, test } from 'vitest';
import { campaignBeginning, runCampaignKillTest } from '../kill/campaign-kill-test.ts';
import { startWholeStack } from '../support/whole-stack.ts';

/** The short form of `npm run kill-test -- campaign`, with the same seed every time unless another is asked for. */
test('a campaign with coupons and a hold-out while functions die at every step: none twice, and its report adds up', async () => {
  const whole = await startWholeStack({ time: campaignBeginning, log: () => undefined });
  try {
    const report = await runCampaignKillTest(whole, {
      customers: 150,
      stepsAtOnce: 1,
      silences: 1,
      seed: Number(process.env.SEED ?? 20261123),
      say: () => undefined,
    });
    expect(report.violations).toEqual([]);
    expect(report.account).toMatchObject({ pending: 0 });
    expect(report.account.sent).toBeGreaterThan(90);
    expect(report.heldOut).toBeGreaterThan(5);
    // It would prove nothing if nothing had gone wrong.
    const kills = new Map(report.kills.map(({ function: name, kills }) => [name, kills]));
    for (const name of ['work-run', 'touch-send', 'minute-sweep'] as const)
      expect([name, (kills.get(name) ?? 0) > 2]).toEqual([name, true]);
    expect(report.troubles.size).toBeGreaterThan(6);
  } finally {
    await whole.stop();
  }
});
