import type { FunctionCounts } from './functions/functions.ts';
import type { Usage } from './usage/meter.ts';

/** What was done between firing a schedule and quiet. Other work of that time is in it. */
export interface WorkCounts {
  /** Per function, retries included. */
  readonly invocations: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** Messages put into queues. */
  readonly messages: number;
  /** Messages that ended in dead-letter queues. */
  readonly deadLetters: number;
  readonly dynamodb: {
    readonly requests: number;
    readonly readUnits: number;
    readonly writeUnits: number;
    readonly itemsRead: number;
    readonly itemsWritten: number;
  };
  /** Sums of the metrics the functions embedded in their logs; 0 for one that is known and had no data. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

export interface Counters {
  invocations(): FunctionCounts;
  messages(): number;
  deadLetters(): Promise<number>;
  usage(): Usage;
  metrics(): Readonly<Record<string, number>>;
}

/** The difference between two readings of the counters. */
export class ScheduleRun {
  readonly #counters: Counters;
  readonly #before: Reading;
  readonly #started = performance.now();

  private constructor(counters: Counters, before: Reading) {
    this.#counters = counters;
    this.#before = before;
  }

  static async begin(counters: Counters): Promise<ScheduleRun> {
    return new ScheduleRun(counters, await reading(counters));
  }

  async end(): Promise<WorkCounts> {
    const before = this.#before;
    const after = await reading(this.#counters);
    const since = (key: 'requests' | 'readUnits' | 'writeUnits' | 'itemsRead' | 'itemsWritten') =>
      after.usage[key] - Math.min(before.usage[key], after.usage[key]);
    return {
      invocations: increase(before.counts.invocations, after.counts.invocations),
      failures: increase(before.counts.failures, after.counts.failures),
      messages: after.messages - before.messages,
      deadLetters: Math.max(0, after.deadLetters - before.deadLetters),
      dynamodb: {
        requests: since('requests'),
        readUnits: since('readUnits'),
        writeUnits: since('writeUnits'),
        itemsRead: since('itemsRead'),
        itemsWritten: since('itemsWritten'),
      },
      metrics: difference(before.metrics, after.metrics),
      durationMs: Math.round(performance.now() - this.#started),
    };
  }
}

interface Reading {
  readonly counts: FunctionCounts;
  readonly messages: number;
  readonly deadLetters: number;
  readonly usage: Usage;
  readonly metrics: Readonly<Record<string, number>>;
}

async function reading(counters: Counters): Promise<Reading> {
  return {
    counts: counters.invocations(),
    messages: counters.messages(),
    deadLetters: await counters.deadLetters(),
    usage: counters.usage(),
    metrics: counters.metrics(),
  };
}

type Numbers = Readonly<Record<string, number>>;

function difference(before: Numbers, after: Numbers): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
}

/** Only what went up. */
function increase(before: Numbers, after: Numbers): Record<string, number> {
  return Object.fromEntries(Object.entries(difference(before, after)).filter(([, value]) => value > 0));
}
