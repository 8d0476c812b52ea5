import * as z from 'zod';
import type { Fault, FaultRequest } from './faults.ts';
import type { IamReport } from './functions/functions.ts';
import type { DeadLetter } from './idle.ts';
import type { SentMail } from './mail/mailbox.ts';
import type { AutomaticEvent, FeedbackReport, FeedbackRequest } from './mail/provider.ts';
import type { SendLimits } from './mail/send-quota.ts';
import type { SentSms } from './outbox.ts';
import { ControlProblem } from './problem.ts';
import type { WorkCounts } from './schedule-run.ts';
import type { SmsDelivery } from './sms-provider.ts';
import type { Usage } from './usage/meter.ts';

/** What the controls can do with a running stack; the same is there for programs. */
export interface ControlledStack {
  readonly outbox: {
    sms(): readonly SentSms[];
    mail(): Promise<SentMail[]>;
    /** A mail as it was sent. Throws ControlProblem 404 when there is none of that id. */
    raw(messageId: string): Promise<Buffer>;
  };
  /** The mail provider. */
  readonly mail: {
    /** Has it say something about a mail that was sent. Throws ControlProblem naming the field. */
    feedback(request: FeedbackRequest): Promise<FeedbackReport>;
    readonly automatic: readonly AutomaticEvent[];
    setAutomatic(events: readonly AutomaticEvent[]): void;
    readonly limits: SendLimits;
    setLimits(limits: Partial<SendLimits>): SendLimits;
  };
  now(): Date;
  setTime(time: Date): Promise<void>;
  /** Resolves once queues, functions and streams are quiet; ControlProblem 503 after `timeoutMs`. */
  idle(timeoutMs?: number): Promise<void>;
  usage(): Usage;
  resetUsage(): void;
  iam(): Record<string, IamReport>;
  setFault(fault: FaultRequest): Fault;
  clearFaults(): void;
  faults(): readonly Fault[];
  scheduleNames(): readonly string[];
  /** Fires a schedule with that event time, now by default, and resolves when all the work it caused is done. */
  fireSchedule(name: string, time?: Date): Promise<WorkCounts>;
  deadLetters(): Promise<DeadLetter[]>;
  /** A phone answers; answers the id of its message. It is delivered `times` times, once by default. */
  replyBySms(from: string, text: string, times?: number): Promise<string>;
  /** The carrier reports on a text message; answers its id. Throws ControlProblem 404 naming the field. */
  reportSmsDelivery(request: SmsDeliveryRequest): string;
}

export interface SmsDeliveryRequest extends SmsDelivery {
  /** One of the three says which message; of a number, the last one sent to it. */
  readonly messageId?: string | undefined;
  readonly touchId?: string | undefined;
  readonly to?: string | undefined;
  readonly times?: number | undefined;
}

/** One route below `/_local`. */
export interface Control {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly shown: string;
  readonly does: string;
  /** Its result is the answer as JSON, or as it is when it is a `PlainAnswer`. */
  run(stack: ControlledStack, call: ControlCall): unknown;
}

export interface ControlCall {
  readonly parameter: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** An answer that is no JSON. */
export class PlainAnswer {
  readonly contentType: string;
  readonly body: Buffer;

  constructor(contentType: string, body: Buffer) {
    this.contentType = contentType;
    this.body = body;
  }
}

export const instant = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 instant such as 2026-11-23T19:00:00Z',
});

/** Reads input with a schema; throws a ControlProblem that names the field. */
export function read<T extends z.ZodType>(schema: T, input: unknown, name = 'body'): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    field: issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : name),
    message: issue.message,
  }));
  throw new ControlProblem(400, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors);
}
