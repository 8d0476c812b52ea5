import synthesizeApp from '../support/app-assembly.ts';
import { describeAccount } from '../support/touch-accounts.ts';
import { startWholeStack } from '../support/whole-stack.ts';
import { campaignBeginning, runCampaignKillTest } from './campaign-kill-test.ts';
import { beginning, type KillReport, runKillTest } from './kill-test.ts';

const usage = `npm run kill-test             2,000 messages while every function is killed at every step, and all services fail
npm run kill-test -- 400      as many messages as that
npm run kill-test -- campaign [2000]   a campaign with coupons and a hold-out to so many customers, likewise
SEED=7 npm run kill-test      the same kills and troubles again`;

async function main(given: readonly string[]): Promise<void> {
  const isCampaign = given[0] === 'campaign';
  const args = isCampaign ? given.slice(1) : given;
  const messages = Number(args[0] ?? 2000);
  if (args.length > 1 || !Number.isInteger(messages) || messages < 100) {
    process.stderr.write(`${usage}\nat least 100 messages\n`);
    process.exitCode = 1;
    return;
  }
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
  const begun = performance.now();
  const say = (line: string) =>
    process.stdout.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
  say(`seed ${seed}: SEED=${seed} npm run kill-test repeats it`);
  if (isCampaign) return killCampaign(messages, seed, say);
  // A tenth of the customers turn silent, each with one order of old besides.
  const silent = Math.floor(messages / 10);
  const forget = synthesizeApp();
  try {
    const whole = await startWholeStack({ time: beginning, log: () => undefined });
    try {
      const report = await runKillTest(whole, {
        // Those of the last quarter of the rounds are followed by two messages more.
        orders: Math.floor((messages - 2 * silent) / 1.5),
        silent,
        rounds: Math.max(8, Math.floor(messages / 60)),
        stepsAtOnce: 2,
        silences: 2,
        seed,
        say,
      });
      process.stdout.write(`\n${summaryOf(report, seed)}\n`);
      if (report.violations.length > 0) process.exitCode = 1;
    } finally {
      await whole.stop();
    }
  } finally {
    forget();
  }
}

async function killCampaign(customers: number, seed: number, say: (line: string) => void): Promise<void> {
  const forget = synthesizeApp();
  try {
    const whole = await startWholeStack({ time: campaignBeginning, log: () => undefined });
    try {
      const options = { customers, stepsAtOnce: 2, silences: 2, seed, say };
      const { heldOut, ...report } = await runCampaignKillTest(whole, options);
      const reasons = new Map([['held out', heldOut]]);
      process.stdout.write(`\n${summaryOf({ ...report, reasons }, seed)}\n`);
      if (report.violations.length > 0) process.exitCode = 1;
    } finally {
      await whole.stop();
    }
  } finally {
    forget();
  }
}

function summaryOf(report: KillReport, seed: number): string {
  const { account, messages, kills, turningPoints, troubles, moments, redriven, reasons, violations } = report;
  const list = (entries: Iterable<readonly [string, number]>) =>
    [...entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`)
      .join('\n');
  return [
    describeAccount(account),
    `${messages.email} mails, ${messages.sms} text messages and ${messages.webhook} webhooks went out; the books were read at ${moments} moments`,
    '',
    'Killed',
    ...kills.map(
      ({ function: name, kills: times, before, after }) =>
        `  ${String(times).padStart(6)}  ${name}, before ${before} and after ${after} of its steps`,
    ),
    ...turningPoints.map(
      ({ operation, before, after }) =>
        `  ${String(before + after).padStart(6)}  of these touch-send, ${before} right before and ${after} right after ${operation}`,
    ),
    'Went wrong besides',
    list(troubles),
    `  ${String(redriven).padStart(6)}  messages of the work queue given back by hand`,
    'Why messages wait no more',
    list(reasons),
    '',
    violations.length === 0
      ? `Passed with seed ${seed}: no message twice, every plan adds up, all caps hold.`
      : `FAILED with seed ${seed}, ${violations.length} violations:\n${violations.slice(0, 50).join('\n')}`,
  ].join('\n');
}

await main(process.argv.slice(2));
