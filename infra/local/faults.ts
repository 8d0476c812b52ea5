import * as z from 'zod';
import { ControlProblem } from './problem.ts';
import { seededRandom } from './seeded-random.ts';

/** What can be made to go wrong, and what it then looks like. */
export const faultNames = {
  'dynamodb.throttle': 'answers ProvisionedThroughputExceededException',
  'dynamodb.conflict': 'refuses a write because another transaction holds the item; transactions are cancelled',
  'dynamodb.unavailable': 'answers 500 InternalServerError, nothing done',
  'dynamodb.lost': 'does the request, then answers 500',
  'dynamodb.slow': 'answers after ms (default 200)',
  'sqs.unavailable': 'answers 500, nothing sent',
  'sqs.lost': 'sends, then answers 500',
  'sqs.slow': 'answers after ms (default 200)',
  's3.unavailable': 'answers 503 SlowDown',
  'secretsmanager.unavailable': 'answers 500 InternalServiceError',
  'lambda.crash': 'ends the environment ms (default 20) after the invocation begins',
  'lambda.timeout': 'ends the invocation as timed out',
  'lambda.duplicate': 'delivers a batch of messages a second time',
  'lambda.killBefore': 'ends the calling environment at one of its calls of a service, which is not done',
  'lambda.killAfter': 'does the call, then ends the calling environment: it never hears the answer',
  'ses.throttle': 'answers Throttling: Maximum sending rate exceeded',
  'ses.reject': 'answers MessageRejected',
  'ses.timeout': 'never answers, nothing sent',
  'ses.drop': 'accepts the message, then drops the connection',
  'ses.accepted5xx': 'accepts the message, then answers 500 InternalFailure',
  'ses.silent': 'accepts the message; the provider publishes no events of it by itself',
  'sns.throttle': 'answers Throttled',
  'sns.unavailable': 'answers 500 InternalFailure, nothing sent',
  'sns.timeout': 'never answers, nothing sent',
  'sns.drop': 'accepts the message, then drops the connection',
  'sns.accepted5xx': 'accepts the message, then answers 500 InternalFailure',
} as const;

export type FaultName = keyof typeof faultNames;

const names = Object.keys(faultNames) as [FaultName, ...FaultName[]];

const faultSchema = z.strictObject({
  name: z.enum(names, `must be one of: ${names.join(', ')}`),
  /** Share of the chances at which it happens. */
  rate: z.number().min(0).max(1).default(1),
  /** Same seed, same sequence of hits and misses. */
  seed: z.int().default(1),
  /** Ends after so many hits. */
  count: z.int().positive().optional(),
  /** Only for this function (its name, or the end of it). */
  function: z.string().min(1).optional(),
  /** Only for this API operation. */
  operation: z.string().min(1).optional(),
  /** Only for requests that name this table (its name, or a part of it). */
  table: z.string().min(1).optional(),
  /** Only for the so-manyth service call of an invocation, from 1. */
  nth: z.int().positive().optional(),
  ms: z.int().min(0).max(60_000).optional(),
});

export type FaultRequest = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

/** What a chance for a fault is about. */
export interface Chance {
  readonly function?: string | undefined;
  readonly operation?: string;
  /** Body of the request, searched for the table's name. */
  readonly body?: string;
  /** Which service call of its invocation it is, from 1. */
  readonly nth?: number | undefined;
}

interface Active {
  readonly fault: Fault;
  readonly random: () => number;
  hits: number;
}

/** The faults that are switched on. */
export class Faults {
  #active: Active[] = [];

  /** Switches one on; throws ControlProblem naming the wrong field. */
  set(request: unknown): Fault {
    const result = faultSchema.safeParse(request);
    if (!result.success) {
      const errors = result.error.issues.map((issue) => ({
        field: issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'body'),
        message: issue.message,
      }));
      throw new ControlProblem(400, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors);
    }
    this.#active.push({ fault: result.data, random: seededRandom(result.data.seed), hits: 0 });
    return result.data;
  }

  clear(): void {
    this.#active = [];
  }

  list(): (Fault & { hits: number })[] {
    return this.#active.map(({ fault, hits }) => ({ ...fault, hits }));
  }

  get none(): boolean {
    return this.#active.length === 0;
  }

  /** The first fault of that name that hits at this chance. */
  draw(name: FaultName, chance: Chance): Fault | undefined {
    return this.#draw((fault) => fault === name, chance);
  }

  /** The first fault in what a service answers that hits at this chance. */
  drawAnswer(service: string, chance: Chance): Fault | undefined {
    return this.#draw((fault) => fault.startsWith(`${service}.`) && !apart.test(fault), chance);
  }

  #draw(wanted: (name: FaultName) => boolean, chance: Chance): Fault | undefined {
    for (const active of this.#active) {
      const { fault } = active;
      if (!wanted(fault.name) || !concerns(fault, chance)) continue;
      if (fault.count !== undefined && active.hits >= fault.count) continue;
      if (active.random() >= fault.rate) continue;
      active.hits += 1;
      return fault;
    }
    return undefined;
  }
}

/** Faults of functions, and of what a provider says later: no answer of a service shows them. */
const apart = /^lambda\.|\.silent$/;

function concerns(fault: Fault, chance: Chance): boolean {
  if (fault.function !== undefined && !chance.function?.endsWith(fault.function)) return false;
  if (fault.operation !== undefined && chance.operation !== fault.operation) return false;
  if (fault.table !== undefined && !chance.body?.includes(fault.table)) return false;
  if (fault.nth !== undefined && chance.nth !== fault.nth) return false;
  return fault.name !== 'dynamodb.conflict' || writes.has(chance.operation ?? '');
}

const writes = new Set(['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem']);
