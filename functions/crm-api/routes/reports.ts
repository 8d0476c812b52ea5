import { csvText } from '../../../shared/contracts/exports/csv-text.ts';
import type { ReportJson, reportRoutes } from '../../../shared/contracts/http/reports.ts';
import {
  type Day,
  dayOf,
  formatDay,
  formatInstant,
  type Instant,
  momentOf,
  parseDay,
} from '../../../shared/domain/calendar.ts';
import { directionOf } from '../../../shared/domain/life-cycle/migration.ts';
import { stages } from '../../../shared/domain/life-cycle/stage.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import type { StageCountLog } from '../../../shared/usecases/census/census-ports.ts';
import { countStages } from '../../../shared/usecases/life-cycle/report-lifecycle.ts';
import { countMigrations } from '../../../shared/usecases/life-cycle/report-migrations.ts';
import type { Clock, DueIndex, MigrationLog, SettingsReader } from '../../../shared/usecases/ports.ts';

export interface ReportDeps {
  readonly store: Pick<DueIndex, 'scanFiles'>;
  readonly migrations: MigrationLog;
  readonly stageCounts: Pick<StageCountLog, 'listCounts'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

const definitions = {
  lifecycle: 'Customers known at the as-of moment, by their stage then; purchases after it do not count.',
  lifecycleByDay: 'Customers by their stage on each day, as its night found them; later news changes nothing of it.',
  migrations: 'Changes of stage by their true day; a customer who changed twice in the same way counts twice.',
};

/** A span of days that includes both ends. */
const defaultSpanDays = 30;

export function reportHandlers(deps: ReportDeps): RouteHandlers<keyof typeof reportRoutes> {
  return {
    async reportLifecycle({ query: { asOf, shop, by, from, to, format } }) {
      const now = deps.clock.now();
      const settings = await deps.settings.settings(now);
      if (by === 'day')
        return answerReport(format, await stagesByDay(spanOf(from, to, now, settings.timezone), now, deps));
      const moment = asOf === undefined ? now : momentOf(asOf, settings.timezone);
      const counts = await countStages(moment, shop, settings, deps.store);
      return answerReport(format, {
        name: 'lifecycle',
        asOf: formatInstant(moment),
        from: null,
        to: null,
        definition: definitions.lifecycle,
        columns: ['stage', 'customers'],
        rows: stages.map((stage) => [stage, counts.get(stage) ?? 0]),
      });
    },
    async reportMigrations({ query: { asOf, from, to = asOf, by, format } }) {
      const now = deps.clock.now();
      const { timezone } = await deps.settings.settings(now);
      const { first, last } = spanOf(from, to, now, timezone);
      const counts = await countMigrations(first, last, by, deps.migrations);
      return answerReport(format, {
        name: 'migrations',
        asOf: formatInstant(now),
        from: formatDay(first),
        to: formatDay(last),
        definition: definitions.migrations,
        columns: [...(by ? [by] : []), 'from', 'to', 'direction', 'customers'],
        rows: counts.map(({ period, from: before, to: after, count }) => [
          ...(period === undefined ? [] : [period]),
          before,
          after,
          directionOf(before, after),
          count,
        ]),
      });
    },
  };
}

interface Span {
  readonly first: Day;
  readonly last: Day;
}

function spanOf(from: string | undefined, to: string | undefined, now: Instant, zone: string): Span {
  const last = dayIn(to) ?? dayOf(now, zone);
  return { first: dayIn(from) ?? last - (defaultSpanDays - 1), last };
}

async function stagesByDay({ first, last }: Span, now: Instant, { stageCounts }: ReportDeps): Promise<ReportJson> {
  const days = await stageCounts.listCounts(first, last);
  return {
    name: 'lifecycle',
    asOf: formatInstant(now),
    from: formatDay(first),
    to: formatDay(last),
    definition: definitions.lifecycleByDay,
    columns: ['day', 'stage', 'customers'],
    rows: days.flatMap(({ day, counts }) => stages.map((stage) => [formatDay(day), stage, counts[stage] ?? 0])),
  };
}

function dayIn(text: string | undefined): Day | undefined {
  return text === undefined ? undefined : parseDay(text);
}

function answerReport(format: 'json' | 'csv', report: ReportJson): HttpAnswer {
  if (format === 'json') return json(report);
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8; header=present',
    headers: { 'content-disposition': `attachment; filename="${report.name}.csv"` },
    body: csvText(report.columns, report.rows),
  };
}
