import { dayOf, type Instant } from '../calendar.ts';
import type { Noticed } from '../customers/customer-file.ts';
import type { Settings } from '../settings/settings.ts';
import type { Migration, MigrationCause } from './migration.ts';
import { nextStageStep, type PurchaseDate, type Stage, stageAt, stageSince, stageStepsBetween } from './stage.ts';

export interface Notice {
  readonly noticed: Noticed;
  readonly migrations: readonly Migration[];
  /** When the stage next changes by time alone; undefined when it never will. */
  readonly dueAt?: Instant;
}

/**
 * Compares a customer's purchases with what was last noticed, and tells every change of stage up to `asOf`.
 *
 * If the facts now give another stage for the moment last noticed, that is one change with the event's cause: a purchase
 * is dated on the day the new stage began, a refund, merge or change of settings on the day it came. Whatever followed by
 * time alone comes after it, each with its true day (DOMAIN 3). What was told before a night was run for the past is not
 * told again. Never goes back: an `asOf` before the moment last noticed is raised to it (see `noticeAnew` for going back).
 */
export function notice(
  customer: string,
  purchases: readonly PurchaseDate[],
  last: Noticed | undefined,
  asOf: Instant,
  cause: MigrationCause,
  settings: Settings,
): Notice {
  const { stages: limits, timezone: zone } = settings;
  const until = Math.max(asOf, last?.asOf ?? asOf);
  const start = last?.asOf ?? until;
  const startStage = stageAt(purchases, start, limits, zone);
  const told: Omit<Migration, 'customer' | 'noticedAt'>[] = [];
  const before: Stage = last?.stage ?? 'prospect';
  if (startStage !== before) {
    const by = last && last.settings < settings.version ? 'config' : cause;
    const began = by === 'purchase' ? stageSince(purchases, start, limits, zone) : undefined;
    told.push({ from: before, to: startStage, day: began ?? dayOf(until, zone), cause: by });
  }
  const toldUntil = last?.toldUntil ?? start;
  const steps = stageStepsBetween(purchases, start, until, limits, zone);
  for (const { at, from, to, day, cause: by } of steps) if (at > toldUntil) told.push({ from, to, day, cause: by });
  return {
    noticed: {
      stage: steps.at(-1)?.to ?? startStage,
      asOf: until,
      settings: settings.version,
      ...(toldUntil > until && { toldUntil }),
    },
    migrations: told.map((change) => ({ customer, ...change, noticedAt: asOf })),
    ...dueAfter(purchases, until, settings),
  };
}

/**
 * Notices a customer as of an earlier moment than last time: a night run for the past. It moves the mark back and tells
 * nothing, for looking back is no event; the nights that follow tell what happened between.
 */
export function noticeAnew(
  purchases: readonly PurchaseDate[],
  last: Noticed | undefined,
  asOf: Instant,
  settings: Settings,
): Notice {
  const toldUntil = last?.toldUntil ?? last?.asOf ?? asOf;
  return {
    noticed: {
      stage: stageAt(purchases, asOf, settings.stages, settings.timezone),
      asOf,
      settings: settings.version,
      ...(toldUntil > asOf && { toldUntil }),
    },
    migrations: [],
    ...dueAfter(purchases, asOf, settings),
  };
}

function dueAfter(purchases: readonly PurchaseDate[], asOf: Instant, settings: Settings): { dueAt?: Instant } {
  const next = nextStageStep(purchases, asOf, settings.stages, settings.timezone);
  return next ? { dueAt: next.at } : {};
}
