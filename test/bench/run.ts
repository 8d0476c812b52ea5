import { bgNbdFit } from './bg-nbd-fit.ts';
import { campaign } from './campaign.ts';
import { campaignReview } from './campaign-review.ts';
import { cdnow } from './cdnow.ts';
import { census } from './census.ts';
import { commands, wholeTest } from './commands.ts';
import { reportsOnFacts, segmentPreview } from './facts.ts';
import { importOrders } from './import-orders.ts';
import { importSplit } from './import-split.ts';
import { journeySteps } from './journey-steps.ts';
import { lifeCycle } from './life-cycle.ts';
import type { Figure, Measure, Say } from './measure.ts';
import { minuteSweep } from './minute-sweep.ts';
import { night } from './night.ts';
import { orderEvents } from './order-events.ts';
import { platformAdapters } from './platform-adapters.ts';
import { rehearsal } from './rehearsal.ts';
import { requestCounts } from './request-counts.ts';
import { type Result, tableOf, writeResults } from './results.ts';
import { segmentBytes } from './segment-bytes.ts';
import { segmentLive } from './segment-live.ts';
import { segmentPredicate } from './segment-predicate.ts';
import { touchSendBundle } from './touch-send-bundle.ts';
import { touchSending } from './touch-sending.ts';
import { webhookBundle } from './webhook-bundle.ts';

const measures: readonly Measure[] = [
  orderEvents,
  requestCounts,
  platformAdapters,
  night,
  lifeCycle,
  census,
  bgNbdFit,
  segmentPredicate,
  segmentLive,
  segmentBytes,
  reportsOnFacts,
  segmentPreview,
  importOrders,
  importSplit,
  touchSending,
  campaign,
  campaignReview,
  minuteSweep,
  journeySteps,
  rehearsal,
  webhookBundle,
  touchSendBundle,
  commands,
  wholeTest,
  cdnow,
];

/** `npm run bench` takes every measure, `npm run bench -- <name> ...` those named. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !measures.some((measure) => measure.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No measure ${unknown.join(', ')}. There are: ${measures.map(({ name }) => name).join(', ')}\n`,
    );
    process.exitCode = 1;
    return;
  }
  const chosen = measures.filter(({ name, onlyByName }) => (names.length > 0 ? names.includes(name) : !onlyByName));
  const taken = new Date().toISOString().slice(0, 10);
  const results: Result[] = [];
  for (const measure of chosen) {
    process.stdout.write(`${measure.name}\n`);
    const figures = await orFailure(measure, (line) => process.stdout.write(`  ${line}\n`));
    results.push(...figures.map((figure) => ({ ...figure, measure: measure.name, taken })));
    // After each, so that a run that is broken off keeps what it has.
    writeResults(results, measures);
  }
  process.stdout.write(`\n${tableOf(results)}\n\nWritten to test/bench/RESULTS.md\n`);
  if (results.some(({ passed }) => passed === false)) process.exitCode = 1;
}

/** What breaks one measure does not keep the others from being taken. */
async function orFailure(measure: Measure, say: Say): Promise<readonly Figure[]> {
  try {
    return await measure.run(say);
  } catch (error) {
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return [{ what: 'taking the measure', result: words.replaceAll('|', '/'), passed: false }];
  }
}

await main(process.argv.slice(2));
