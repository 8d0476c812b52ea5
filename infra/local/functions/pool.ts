import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { FunctionModel } from '../model.ts';
import { SetupError } from '../problem.ts';
import type { CallingEnvironment } from '../proxy.ts';
import { type Environment, startProcess, startThread } from './environment.ts';
import type { ErrorShape, FromFunction, Start } from './protocol.ts';

/** How an invocation ended: with a payload of JSON text, or as failed. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: ErrorShape };

export interface PoolOptions {
  readonly clock: Clock;
  /** What an environment finds in `process.env`, by its number. */
  readonly variables: (environment: number) => Readonly<Record<string, string>>;
  readonly onLog: (functionName: string, text: string, requestId: string | undefined) => void;
  /** Called before each start of an invocation; may plan its end. */
  readonly onInvoke: (functionName: string) => { killAfterMs?: number; timeoutNow?: boolean };
}

interface Waiting {
  readonly event: string;
  readonly settle: (outcome: Outcome) => void;
}

interface Slot {
  readonly number: number;
  readonly environment: Environment;
  ready: boolean;
  dead: boolean;
  running:
    | { requestId: string; settle: (outcome: Outcome) => void; timers: NodeJS.Timeout[]; calls: number }
    | undefined;
}

/** Environments per function at once: enough for real concurrency, few enough that each becomes warm. */
const mostEnvironments = Math.min(8, Math.max(4, 2 * availableParallelism()));
const mostStarting = 2;

/**
 * The execution environments of one function. Each takes one invocation at a time and is reused; a further one starts
 * when an invocation would have to wait. One that crashes or times out is thrown away.
 */
export class FunctionPool {
  readonly model: FunctionModel;
  readonly #options: PoolOptions;
  readonly #module: string;
  readonly #slots = new Set<Slot>();
  /** Environments that are being ended: what runs in them is over when they are gone. */
  readonly #ending = new Set<Slot>();
  readonly #waiting: Waiting[] = [];
  #closed = false;
  #started = 0;

  constructor(model: FunctionModel, options: PoolOptions) {
    this.model = model;
    this.#options = options;
    this.#module = moduleFile(model.directory, model.handler);
  }

  get running(): number {
    let count = this.#waiting.length;
    for (const slot of [...this.#slots, ...this.#ending]) if (slot.running !== undefined) count += 1;
    return count;
  }

  /** An environment by its number, to count its calls and to end it; undefined when it was ended. */
  environment(number: number): CallingEnvironment | undefined {
    const slot = [...this.#slots].find((one) => one.number === number);
    if (slot === undefined) return undefined;
    return {
      countCall: () => {
        if (slot.running === undefined) return 0;
        slot.running.calls += 1;
        return slot.running.calls;
      },
      kill: () => this.#discard(slot, 'Runtime exited: fault'),
    };
  }

  get concurrency(): number {
    return Math.min(mostEnvironments, this.model.concurrency ?? mostEnvironments);
  }

  /** Runs the handler with an event of JSON text. Never rejects: how it ended is the outcome. */
  invoke(event: string): Promise<Outcome> {
    if (this.#closed) return Promise.resolve(failed('Runtime.ExitError', 'The stack is stopping'));
    return new Promise((settle) => {
      this.#waiting.push({ event, settle });
      this.#assign();
    });
  }

  /** Ends all environments; what runs in them fails. */
  async recycle(): Promise<void> {
    const ending = [...this.#slots].map((slot) => this.#discard(slot, 'Runtime exited: recycled'));
    await Promise.all(ending);
  }

  /** Ends all environments for good; what runs or waits fails. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { settle } of this.#waiting.splice(0)) settle(failed('Runtime.ExitError', 'The stack is stopping'));
    await this.recycle();
  }

  #assign(): void {
    for (const slot of this.#slots) {
      if (this.#waiting.length === 0) return;
      if (slot.ready && slot.running === undefined) this.#run(slot);
    }
    const starting = [...this.#slots].filter((slot) => !slot.ready).length;
    const wanted = Math.min(
      mostStarting - starting,
      this.concurrency - this.#slots.size - this.#ending.size,
      this.#waiting.length - starting,
    );
    for (let started = 0; started < wanted; started += 1) this.#start();
  }

  #start(): void {
    const { handler, name, arn, memoryMegabytes, logGroup, ownProcess } = this.model;
    const { clock } = this.#options;
    const start: Start = {
      module: this.#module,
      handler: handler.split('.').at(-1) ?? 'handler',
      functionName: name,
      functionArn: arn,
      memoryMegabytes,
      logGroup,
      clock: ownProcess ? clock.offset : clock.shared,
    };
    this.#started += 1;
    const slot: Slot = {
      number: this.#started,
      environment: (ownProcess ? startProcess : startThread)(start, this.#options.variables(this.#started), {
        message: (message) => this.#hear(slot, message),
        ended: (reason) => this.#ended(slot, reason),
      }),
      ready: false,
      dead: false,
      running: undefined,
    };
    this.#slots.add(slot);
  }

  #hear(slot: Slot, message: FromFunction): void {
    if (slot.dead && message.type !== 'log') return;
    switch (message.type) {
      case 'ready':
        slot.ready = true;
        this.#assign();
        return;
      case 'broken':
        this.#failStart(slot, message.error);
        return;
      case 'log':
        this.#options.onLog(this.model.name, message.text, message.requestId);
        return;
      case 'result':
        this.#finish(slot, { ok: true, payload: message.payload });
        return;
      case 'failure':
        this.#options.onLog(this.model.name, `${JSON.stringify(message.error)}\n`, message.requestId);
        this.#finish(slot, { ok: false, error: message.error });
        return;
    }
  }

  /** The bundle does not load: whoever waits for this environment gets the error, as on AWS. */
  #failStart(slot: Slot, error: ErrorShape): void {
    this.#options.onLog(this.model.name, `INIT failed: ${JSON.stringify(error)}\n`, undefined);
    void this.#discard(slot, error.errorMessage);
    this.#waiting.shift()?.settle({ ok: false, error });
    this.#assign();
  }

  #run(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const requestId = randomUUID();
    const timeoutMs = this.model.timeoutSeconds * 1000;
    const { killAfterMs, timeoutNow } = this.#options.onInvoke(this.model.name);
    const timers = [setTimeout(() => this.#timeOut(slot), timeoutNow ? 50 : timeoutMs)];
    if (killAfterMs !== undefined)
      timers.push(setTimeout(() => void this.#discard(slot, 'Runtime exited: fault'), killAfterMs));
    slot.running = { requestId, settle: next.settle, timers, calls: 0 };
    slot.environment.send({ type: 'invoke', requestId, event: next.event, timeoutMs });
  }

  #timeOut(slot: Slot): void {
    const seconds = this.model.timeoutSeconds.toFixed(2);
    const requestId = slot.running?.requestId;
    const errorMessage = `${requestId} Task timed out after ${seconds} seconds`;
    this.#options.onLog(this.model.name, `${errorMessage}\n`, requestId);
    this.#finish(slot, failed('Sandbox.Timedout', errorMessage));
    void this.#discard(slot, errorMessage);
  }

  #finish(slot: Slot, outcome: Outcome): void {
    const running = slot.running;
    if (running === undefined) return;
    slot.running = undefined;
    for (const timer of running.timers) clearTimeout(timer);
    running.settle(outcome);
    this.#assign();
  }

  #ended(slot: Slot, reason: string): void {
    if (slot.dead) return;
    this.#options.onLog(this.model.name, `${reason}\n`, slot.running?.requestId);
    const starting = !slot.ready;
    void this.#discard(slot, reason);
    if (starting) this.#waiting.shift()?.settle(failed('Runtime.ExitError', reason));
    this.#assign();
  }

  /** Ends an environment. Its invocation fails once it is gone: nobody may begin anew while the old one still works. */
  async #discard(slot: Slot, reason: string): Promise<void> {
    slot.dead = true;
    slot.ready = false;
    this.#slots.delete(slot);
    this.#ending.add(slot);
    await slot.environment.kill();
    this.#ending.delete(slot);
    this.#finish(slot, failed('Runtime.ExitError', reason));
    this.#assign();
  }
}

const failed = (errorType: string, errorMessage: string): Outcome => ({
  ok: false,
  error: { errorType, errorMessage, trace: [] },
});

/** `index.handler` -> the file of that name in the bundle's directory. */
function moduleFile(directory: string, handler: string): string {
  const stem = handler.split('.').slice(0, -1).join('.');
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(directory, stem + ending)).find(existsSync);
  if (file !== undefined) return file;
  throw new SetupError(`There is no ${stem}.mjs in the bundle ${directory}.`, 'Synthesize anew.');
}
