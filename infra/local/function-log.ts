import type { Clock } from './clock.ts';

export interface LogLine {
  readonly function: string;
  readonly requestId: string | undefined;
  /** Local clock, RFC 3339. */
  readonly at: string;
  readonly text: string;
}

const keptLines = 50_000;

interface EmbeddedMetrics {
  readonly _aws?: {
    readonly CloudWatchMetrics?: readonly { readonly Metrics?: readonly { readonly Name: string }[] }[];
  };
  readonly [name: string]: unknown;
}

/** What the functions print: the last lines, and the sums of the metrics embedded in them (CloudWatch EMF). */
export class FunctionLog {
  readonly #clock: Clock;
  readonly #listener: ((line: LogLine) => void) | undefined;
  #lines: LogLine[] = [];
  #metrics: Record<string, number> = {};

  constructor(clock: Clock, listener?: (line: LogLine) => void) {
    this.#clock = clock;
    this.#listener = listener;
  }

  add(functionName: string, chunk: string, requestId: string | undefined): void {
    const at = this.#clock.now().toISOString();
    for (const text of chunk.split('\n')) {
      if (text === '') continue;
      const line = { function: functionName, requestId, at, text };
      this.#lines.push(line);
      this.#listener?.(line);
      if (text.includes('"_aws"')) this.#count(text);
    }
    if (this.#lines.length > 2 * keptLines) this.#lines = this.#lines.slice(-keptLines);
  }

  lines(): readonly LogLine[] {
    return this.#lines.slice(-keptLines);
  }

  /** Sum per metric name since the start. */
  metrics(): Record<string, number> {
    return { ...this.#metrics };
  }

  #count(text: string): void {
    const line = parse(text);
    for (const directive of line?._aws?.CloudWatchMetrics ?? []) {
      for (const { Name } of directive.Metrics ?? []) {
        const value = line?.[Name];
        const values = Array.isArray(value) ? value : [value];
        const total = values.reduce((sum: number, one) => sum + (Number(one) || 0), 0);
        this.#metrics[Name] = (this.#metrics[Name] ?? 0) + total;
      }
    }
  }
}

function parse(text: string): EmbeddedMetrics | undefined {
  try {
    return JSON.parse(text) as EmbeddedMetrics;
  } catch {
    return undefined;
  }
}
