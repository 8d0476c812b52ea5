import type { FactsInForce } from '../../shared/adapters/facts/facts-in-force.ts';
import type { Grouping, ReportDefinition, ReportParameters } from '../../shared/adapters/facts/reports/definition.ts';
import { reports } from '../../shared/adapters/facts/reports/registry.ts';
import { type FactsScene, runReport } from '../../shared/adapters/facts/reports/run-report.ts';
import { csvText } from '../../shared/contracts/exports/csv-text.ts';
import type { factReportRoutes } from '../../shared/contracts/http/reports.ts';
import type { RouteInput } from '../../shared/contracts/http/route.ts';
import { type Role, seesPersonalData } from '../../shared/domain/access/roles.ts';
import { momentOf, parseDay } from '../../shared/domain/calendar.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../shared/domain/errors.ts';
import type { SegmentRule } from '../../shared/domain/segments/rule.ts';
import { OnlyLiveError } from '../../shared/domain/segments/to-sql.ts';
import type { Settings } from '../../shared/domain/settings/settings.ts';
import type { HttpAnswer } from '../../shared/runtime/http-handler.ts';
import type { CustomerStore, SegmentStore, SettingsReader } from '../../shared/usecases/ports.ts';
import { withPresentIds } from '../../shared/usecases/segments/live-rule.ts';

export interface ReportDeps {
  readonly settings: SettingsReader;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly store: Pick<CustomerStore, 'readFiles'>;
  /** Those of the last night; undefined before the first. */
  readonly facts: () => Promise<FactsInForce | undefined>;
}

type Request = RouteInput<(typeof factReportRoutes)['reportOnFacts']>;
type Query = Request['query'];

/** One report of DOMAIN 11. @throws NotFoundError, InvalidInputError, StateConflictError before the first night */
export async function answerReport(
  { params: { name }, query }: Request,
  role: Role,
  deps: ReportDeps,
): Promise<HttpAnswer> {
  const report = reports.get(name);
  if (!report) throw new NotFoundError(`There is no report ${name}.`);
  checkGrouping(report, query.by);
  checkCampaign(report, query.campaign);
  const inForce = await deps.facts();
  if (!inForce) throw new StateConflictError('There are no facts yet: the first night makes them.');
  const scene = sceneOf(inForce, await deps.settings.settings(inForce.manifest.asOf));
  const rule = query.segment === undefined ? undefined : await ruleOf(query.segment, deps);
  const parameters = { ...parametersOf(query, rule, scene), withoutWords: !seesPersonalData(role) };
  const answer = await orOnlyLive(runReport(report, parameters, scene, inForce.facts));
  if (query.format === 'json') return { status: 200, contentType: 'application/json', body: JSON.stringify(answer) };
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8; header=present',
    headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
    body: csvText(answer.columns, answer.rows),
  };
}

function checkGrouping({ by, name }: ReportDefinition, asked: Grouping | undefined): void {
  if (asked === undefined || by.includes(asked)) return;
  const message = by.length === 0 ? `is not for ${name}` : `must be ${by.join(' or ')} for ${name}`;
  throw new InvalidInputError([{ field: 'by', message }]);
}

function checkCampaign({ ofCampaign, name }: ReportDefinition, asked: string | undefined): void {
  if (asked === undefined || ofCampaign) return;
  throw new InvalidInputError([{ field: 'campaign', message: `is not for ${name}` }]);
}

function sceneOf({ manifest }: FactsInForce, settings: Settings): FactsScene {
  const { asOf, baseCurrency } = manifest;
  const { timezone: zone, regionGroups, stages: limits } = settings;
  return { asOf, zone, baseCurrency, regionGroups, limits };
}

async function ruleOf(id: string, { segments, store }: ReportDeps): Promise<SegmentRule> {
  const segment = await segments.readSegment(id);
  if (!segment) throw new InvalidInputError([{ field: 'segment', message: 'there is none of this id' }]);
  return withPresentIds(segment.value.rule, store);
}

function parametersOf(
  { asOf, from, to, shop, by, days, campaign }: Query,
  segment: SegmentRule | undefined,
  { zone }: FactsScene,
): ReportParameters {
  const [first, last] = [from, to].map((text) => (text === undefined ? undefined : parseDay(text)));
  return {
    ...(asOf !== undefined && { asOf: momentOf(asOf, zone) }),
    ...(first !== undefined && { from: first }),
    ...(last !== undefined && { to: last }),
    ...(shop !== undefined && { shop }),
    ...(segment && { segment }),
    ...(by && { by }),
    ...(days !== undefined && { days }),
    ...(campaign !== undefined && { campaign }),
  };
}

async function orOnlyLive<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof OnlyLiveError)) throw error;
    const fields = error.fields.map(({ field }) => field).join(', ');
    throw new InvalidInputError([{ field: 'segment', message: `asks for what facts do not hold: ${fields}` }]);
  }
}
