import { formatInstant, type Instant } from '../../domain/calendar.ts';
import { dayMs } from '../../domain/durations.ts';
import { dueShards } from '../../domain/sharding.ts';
import { censusScans, scannedParts } from '../census/census-parts.ts';
import type { Clock, NightMarks, Recomputes, Run, RunStore, WorkQueue } from '../ports.ts';

interface PlanDeps {
  readonly runs: RunStore;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

/** Parts of a scan of everybody. Each hands on what it could not finish, so the number sets the pace, not a limit. */
const scanSegments = 8;

/**
 * Plans a night: one part per shard of the due index, which finds everybody due at or before `asOf`, nights missed
 * included. An `asOf` before what was last noticed visits everybody instead, for the index tells only of what is ahead.
 * Beside it goes a census.
 */
export async function planNight(
  asOf: Instant,
  deps: PlanDeps & { readonly nights: NightMarks },
): Promise<{ run: string; scope: 'due' | 'all' }> {
  const last = await deps.nights.lastAsOf();
  const goesBack = asOf < deps.clock.now() - dayMs || (last !== undefined && asOf < last);
  const scope = goesBack ? 'all' : 'due';
  const parts = goesBack ? scanSegments : dueShards;
  const run = await startRun(`night-${formatInstant(asOf)}`, { type: 'night', asOf, parts }, deps);
  for (let part = 0; part < parts; part++) {
    await deps.work.send(
      goesBack
        ? { type: 'recompute.all', run, asOf, segment: part, segments: parts, cause: 'time' }
        : { type: 'night.due', run, asOf, shard: part },
    );
  }
  await planCensus(asOf, deps);
  await deps.nights.remember(asOf);
  return { run, scope };
}

/** The facts of the same moment. Stages in them are derived, so that they wait for nobody to be noticed. */
async function planCensus(asOf: Instant, deps: PlanDeps): Promise<void> {
  const parts = scannedParts(scanSegments) + 1;
  const run = await startRun(`census-${formatInstant(asOf)}`, { type: 'census', asOf, parts }, deps);
  for (const type of censusScans) {
    for (let segment = 0; segment < scanSegments; segment++) {
      await deps.work.send({ type, run, asOf, segment, segments: scanSegments });
    }
  }
}

/** Recomputes everybody under the settings in force once `delaySeconds` have passed. */
export function recomputesOf(deps: PlanDeps): Recomputes {
  return {
    async start(cause, delaySeconds) {
      const now = deps.clock.now();
      const asOf = now + delaySeconds * 1000;
      const started = { type: 'recompute', asOf, parts: scanSegments } as const;
      const run = await startRun(`recompute-${formatInstant(now)}`, started, deps);
      for (let segment = 0; segment < scanSegments; segment++) {
        await deps.work.send(
          { type: 'recompute.all', run, asOf, segment, segments: scanSegments, cause },
          delaySeconds,
        );
      }
      return { run };
    },
    async startRelinking(delaySeconds) {
      const now = deps.clock.now();
      const asOf = now + delaySeconds * 1000;
      const run = await startRun(
        `relink-${formatInstant(now)}`,
        { type: 'relink', asOf, parts: 2 * scanSegments },
        deps,
      );
      for (const scan of ['identities', 'orders'] as const) {
        for (let segment = 0; segment < scanSegments; segment++) {
          await deps.work.send(
            { type: 'identities.relink', run, asOf, scan, segment, segments: scanSegments },
            delaySeconds,
          );
        }
      }
      return { run };
    },
  };
}

/** A run of its own even where one of that name was started before: a night fired twice does no harm and is told apart. */
async function startRun(name: string, run: Pick<Run, 'type' | 'asOf' | 'parts'>, deps: PlanDeps): Promise<string> {
  const startedAt = deps.clock.now();
  if (await deps.runs.startRun({ id: name, ...run, startedAt })) return name;
  const again = `${name}-again-${startedAt}`;
  await deps.runs.startRun({ id: again, ...run, startedAt });
  return again;
}
