import { dayOf, formatDay, formatInstant } from '../../../domain/calendar.ts';
import type { StageLimits } from '../../../domain/life-cycle/stage.ts';
import { divideHalfEven, formatAmount } from '../../../domain/money.ts';
import { boundValues } from '../../../domain/segments/bound-values.ts';
import type { RuleContext } from '../../../domain/segments/record.ts';
import type { Facts } from '../open-facts.ts';
import { kindsOfRule } from '../preview-segment.ts';
import type { Asked, Column, ReportDefinition, ReportParameters } from './definition.ts';

/** What a report needs to know of the workspace, as of the facts. */
export interface FactsScene extends RuleContext {
  readonly limits: StageLimits;
}

/** What GET /v1/reports/{report} answers: rates are numbers, amounts decimal text in the base currency. */
export interface Report {
  readonly name: string;
  readonly asOf: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly definition: string;
  readonly columns: string[];
  readonly rows: (string | number | null)[][];
}

/**
 * Runs one report over the facts.
 * @throws OnlyLiveError where the segment asks for what facts do not hold
 */
export async function runReport(
  report: ReportDefinition,
  parameters: ReportParameters,
  scene: FactsScene,
  facts: Pick<Facts, 'query'>,
): Promise<Report> {
  const asked = askedOf(report, parameters, scene);
  const { bind, values } = boundValues();
  const sql = report.sql(asked, bind);
  const kinds = [
    ...report.kinds,
    ...(asked.by === 'stage' || asked.by === 'tier' ? (['customers'] as const) : []),
    ...(asked.segment ? kindsOfRule(asked.segment, scene) : []),
  ];
  const columns = report.columns(asked);
  const rows = await facts.query(kinds, sql, values);
  return {
    name: report.name,
    asOf: formatInstant(asked.asOf),
    from: asked.from === undefined ? null : formatDay(asked.from),
    to: asked.to === undefined ? null : formatDay(asked.to),
    definition: report.definition,
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => shownRow(row, columns, scene.baseCurrency)),
  };
}

function askedOf(report: ReportDefinition, parameters: ReportParameters, scene: FactsScene): Asked {
  const asOf = Math.min(parameters.asOf ?? scene.asOf, scene.asOf);
  const asked = { ...parameters, asOf, today: dayOf(asOf, scene.zone), limits: scene.limits, rules: scene };
  return { ...asked, ...report.defaults?.(asked) };
}

type Cell = string | number | null;
type PlainType = Exclude<Column['type'], 'rate' | 'average'>;

function shownRow(row: readonly unknown[], columns: readonly Column[], currency: string): Cell[] {
  const plain = columns.filter((column) => !('of' in column));
  const raw = new Map(plain.map(({ name }, index) => [name, row[index]]));
  return columns.map((column) => {
    if ('of' in column) return quotient(column, raw, currency);
    const value = raw.get(column.name);
    return value === null || value === undefined
      ? null
      : shown(column.type, value as string | number | bigint, currency);
  });
}

function shown(type: PlainType, value: string | number | bigint, currency: string): Cell {
  switch (type) {
    case 'text':
      return String(value);
    case 'count':
      return Number(value);
    case 'money':
      return formatAmount(BigInt(value), currency);
    case 'day':
      return formatDay(Number(value));
    case 'month':
      return monthText(Number(value));
  }
}

function monthText(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}

function quotient(
  { type, of, by }: Extract<Column, { of: string }>,
  raw: ReadonlyMap<string, unknown>,
  currency: string,
): Cell {
  const [dividend, divisor] = [raw.get(of), raw.get(by)].map((value) => BigInt(value as number | bigint)) as [
    bigint,
    bigint,
  ];
  if (divisor === 0n) return null;
  if (type === 'rate') return Number(dividend) / Number(divisor);
  return formatAmount(divideHalfEven(dividend, divisor), currency);
}
