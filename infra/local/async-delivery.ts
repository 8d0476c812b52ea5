import type { Outcome } from './functions/pool.ts';

export interface AsyncDeliveryOptions {
  invoke(functionArn: string, event: string): Promise<Outcome>;
  /** Where an event goes that could not be delivered; `folder` is for buckets. */
  bury(destinationArn: string, body: string, folder: string): Promise<void>;
  /** Seconds before the next try, by how many there were. */
  waitSeconds(tries: number): number;
  onError(error: unknown): void;
}

export interface AsyncEvent {
  readonly functionArn: string;
  readonly event: string;
  readonly retries: number;
  readonly failureDestination: string | undefined;
}

/** Asynchronous invocation: the event is accepted at once, tried again when the function fails, and buried at last. */
export class AsyncDelivery {
  readonly #options: AsyncDeliveryOptions;
  readonly #pending = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: AsyncDeliveryOptions) {
    this.#options = options;
  }

  get busy(): number {
    return this.#pending.size;
  }

  accept(event: AsyncEvent): void {
    this.track(this.#deliver(event));
  }

  /** Counts other work that goes on behind an answer. */
  track(work: Promise<void>): void {
    const settled = work.catch(this.#options.onError);
    this.#pending.add(settled);
    void settled.finally(() => this.#pending.delete(settled));
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #deliver({ functionArn, event, retries, failureDestination }: AsyncEvent): Promise<void> {
    let outcome: Outcome | undefined;
    for (let tries = 0; tries <= retries; tries += 1) {
      if (tries > 0) await this.#pause(this.#options.waitSeconds(tries));
      if (this.#stopping.signal.aborted) return;
      outcome = await this.#options.invoke(functionArn, event);
      if (outcome.ok) return;
    }
    if (failureDestination === undefined || outcome === undefined || outcome.ok) return;
    const record = {
      version: '1.0',
      requestContext: { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: retries + 1 },
      requestPayload: JSON.parse(event) as unknown,
      responsePayload: outcome.error,
    };
    const folder = `aws/lambda/async/${functionArn.split(':').at(-1)}`;
    await this.#options.bury(failureDestination, JSON.stringify(record), folder);
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
