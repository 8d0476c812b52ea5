import { type Day, formatDay } from '../../domain/calendar.ts';
import type { Stage } from '../../domain/life-cycle/stage.ts';
import { stages } from '../../domain/life-cycle/stage.ts';
import type { MigrationLog } from '../ports.ts';

export type Period = 'day' | 'month';

export interface MigrationCount {
  /** `2026-11` or `2026-11-23`; undefined when not counted by period. */
  readonly period?: string;
  readonly from: Stage;
  readonly to: Stage;
  readonly count: number;
}

/** Changes of stage with their true day in [from, to], counted by from and to, in the stages' order. */
export async function countMigrations(
  from: Day,
  to: Day,
  by: Period | undefined,
  log: MigrationLog,
): Promise<MigrationCount[]> {
  const counts = new Map<string, number>();
  for await (const page of log.migrationsBetween(from, to)) {
    for (const migration of page) {
      const key = `${periodOf(migration.day, by)} ${migration.from} ${migration.to}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const periods = [...new Set([...counts.keys()].map((key) => key.split(' ')[0] ?? ''))].sort();
  return periods.flatMap((period) =>
    stages.flatMap((fromStage) =>
      stages.flatMap((toStage) => {
        const count = counts.get(`${period} ${fromStage} ${toStage}`);
        return count === undefined ? [] : [{ ...(by && { period }), from: fromStage, to: toStage, count }];
      }),
    ),
  );
}

function periodOf(day: Day, by: Period | undefined): string {
  return by === undefined ? '' : formatDay(day).slice(0, by === 'month' ? 7 : 10);
}
