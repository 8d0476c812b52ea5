import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { type DueInMinute, readSchedule } from './cron.ts';
import type { ScheduleModel, TargetModel } from './model.ts';

export type Deliver = (target: TargetModel, event: string) => void;

const minuteMs = 60_000;

/**
 * The schedules of the template. They fire when the running clock passes their minute, never because it was set past
 * it, and whenever somebody fires them by hand.
 */
export class Schedules {
  readonly #clock: Clock;
  readonly #schedules: readonly { model: ScheduleModel; due: DueInMinute }[];
  readonly #deliver: Deliver;
  readonly #place: { account: string; region: string };
  #timer: NodeJS.Timeout | undefined;

  constructor(
    models: readonly ScheduleModel[],
    clock: Clock,
    place: { account: string; region: string },
    deliver: Deliver,
  ) {
    this.#clock = clock;
    this.#place = place;
    this.#deliver = deliver;
    this.#schedules = models.flatMap((model) =>
      model.expression === undefined
        ? []
        : [{ model, due: readSchedule(model.expression, model.timezone, clock.now()) }],
    );
  }

  get names(): string[] {
    return this.#schedules.map(({ model }) => model.name);
  }

  /**
   * The schedule of that name: its own name in the template, or the end of it after a hyphen (`nightly` finds
   * `crm-dev-nightly`), when only one ends so.
   */
  find(name: string): ScheduleModel | undefined {
    const models = this.#schedules.map(({ model }) => model);
    const exact = models.find((model) => model.name === name);
    const ending = models.filter((model) => model.name.endsWith(`-${name}`));
    return exact ?? (ending.length === 1 ? ending[0] : undefined);
  }

  fire(model: ScheduleModel, time: Date): void {
    for (const target of model.targets) this.#deliver(target, scheduledEvent(model, target, time, this.#place));
  }

  /** Begins to follow the clock; to be called again after the clock was set. */
  follow(): void {
    this.stop();
    const now = this.#clock.now().getTime();
    const next = (Math.floor(now / minuteMs) + 1) * minuteMs;
    this.#timer = setTimeout(() => this.#tick(new Date(next)), next - now);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tick(minute: Date): void {
    const late = this.#clock.now().getTime() - minute.getTime();
    if (late >= -5 && late < minuteMs) {
      for (const { model, due } of this.#schedules) if (model.enabled && due(minute)) this.fire(model, minute);
    }
    this.follow();
  }
}

/** The event as AWS sends it, or the input that the target configures. */
function scheduledEvent(
  model: ScheduleModel,
  target: TargetModel,
  time: Date,
  { account, region }: { account: string; region: string },
): string {
  const id = randomUUID();
  const instant = time.toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (model.kind === 'schedule') {
    const filled = (target.input ?? defaultSchedulerInput(model, id, instant, account, region))
      .replaceAll('<aws.scheduler.scheduled-time>', instant)
      .replaceAll('<aws.scheduler.execution-id>', id)
      .replaceAll('<aws.scheduler.schedule-arn>', model.arn)
      .replaceAll('<aws.scheduler.attempt-number>', '1');
    return filled;
  }
  const event = {
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: instant,
    region,
    resources: [model.arn],
    detail: {},
  };
  return targetInput(target, event);
}

function defaultSchedulerInput(
  model: ScheduleModel,
  id: string,
  time: string,
  account: string,
  region: string,
): string {
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account,
    time,
    region,
    resources: [model.arn],
    detail: '{}',
  });
}

/** A rule's target may replace the event, pick a part of it, or make text of parts. */
export function targetInput(target: TargetModel, event: Readonly<Record<string, unknown>>): string {
  if (target.input !== undefined) return target.input;
  if (target.inputPath !== undefined) return JSON.stringify(pick(event, target.inputPath) ?? null);
  if (target.transformer === undefined) return JSON.stringify(event);
  const { paths, template } = target.transformer;
  return template.replace(/("?)<([^>]+)>("?)/g, (whole, before: string, name: string, after: string) => {
    if (name === 'aws.events.event.ingestion-time') return `${before}${String(event.time)}${after}`;
    const path = paths[name];
    if (path === undefined) return whole;
    const value = pick(event, path);
    if (before === '"' && after === '"' && typeof value === 'string') return JSON.stringify(value);
    const bare =
      typeof value === 'string' && before === '"' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value ?? null);
    return `${before}${bare}${after}`;
  });
}

/** `$.detail.id` of an event. */
function pick(event: unknown, path: string): unknown {
  let value = event;
  for (const name of path.split('.').slice(1)) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
