import { type FactKind, factKinds } from '../../contracts/facts.ts';
import { type FactRow, type FactsManifest, factsPrefix } from '../../contracts/facts-files.ts';
import type { Work } from '../../contracts/work.ts';
import { type Day, dayOf } from '../../domain/calendar.ts';
import { type Stage, stages } from '../../domain/life-cycle/stage.ts';
import { type Prediction, predictionOf } from '../../domain/predictions/customer-value.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { BaseSample, type CustomerMeasures, type NightlyLimits } from '../../domain/value/nightly-limits.ts';
import { type PyramidGroup, pyramidGroupOf } from '../../domain/value/pyramid.ts';
import { type RfmRules, rfmGroupOf, rfmRulesOf, rfmScoresOf } from '../../domain/value/rfm.ts';
import { type StandingForRules, scoredTagTest } from '../../domain/value/rule-tags.ts';
import type { CaseStore } from '../marketing-ports.ts';
import type { Clock, NightlyLimitsStore, RunStore, SettingsReader, WorkQueue } from '../ports.ts';
import { workThrough } from '../work-through.ts';
import { partNames } from './census-parts.ts';
import type {
  CensusChunk,
  CensusStep,
  CensusSteps,
  FactsFiles,
  FactsManifests,
  StageCountLog,
  StageCounts,
} from './census-ports.ts';
import { collectCases } from './collect-case-facts.ts';
import {
  type CustomerSample,
  customerNotes,
  measuresIn,
  type OpenTagNotes,
  type ScoreNotes,
} from './collect-customer-facts.ts';
import type { OrderCustomers } from './collect-order-facts.ts';
import type { scoreColumns } from './facts-of-customer.ts';

export interface CloseDeps {
  readonly facts: FactsFiles;
  readonly cases: Pick<CaseStore, 'listCases'>;
  readonly steps: CensusSteps;
  readonly limits: NightlyLimitsStore;
  readonly manifests: FactsManifests;
  readonly stageCounts: Pick<StageCountLog, 'freeze'>;
  readonly settings: SettingsReader;
  readonly runs: RunStore;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

export type ClosePart = Extract<Work, { type: 'census.close' }>;

/**
 * - `waiting`: parts are still missing, and the last of them will ask again
 * - `going on`: the rest was handed on
 * - `in force`, or `older` than what is in force already
 */
export type CloseOutcome = 'waiting' | 'going on' | 'in force' | 'older' | 'closed before';

/** What is settled once all parts are done, before the first file is written under it. */
interface Settlement {
  readonly limits: NightlyLimits;
  readonly steps: readonly CensusStep[];
  readonly aliases: readonly (readonly [alias: string, customer: string])[];
  /** Customers per stage, of all chunks together; missing where one does not know. */
  readonly stages?: StageCounts['counts'];
  /** Written already: nothing has to be known of them that only everybody together give. */
  readonly cases?: CensusChunk;
}

const settlementName = 'settlement';

/**
 * Ends a census whose parts are all done: limits follow from everybody together, customers are scored by them and written,
 * orders and touches go to who their customer is now, and last the manifest puts the new facts in force. One that dies on the way
 * leaves the facts before in force; done again, it writes the same files.
 */
export async function closeCensus(part: ClosePart, remainingMs: () => number, deps: CloseDeps): Promise<CloseOutcome> {
  const run = await deps.runs.readRun(part.run);
  if (run?.finishedAt !== undefined) return 'closed before';
  const settings = await deps.settings.settings(deps.clock.now());
  const settlement = part.after === undefined ? await settle(part, settings, deps) : await readSettlement(part, deps);
  if (!settlement) return 'waiting';
  if (!(await writeRest(part, settlement, settings, remainingMs, deps))) return 'going on';
  await deps.limits.replaceLimits(settlement.limits);
  const { stages } = settlement;
  if (stages) await deps.stageCounts.freeze(dayOf(part.asOf, settings.timezone), stages);
  const isNewest = await deps.manifests.replaceManifest(manifestOf(part, settlement, settings));
  if (isNewest) await deps.work.send({ type: 'recommendations.compute', run: part.run, asOf: part.asOf });
  await deps.runs.stepDone(part.run, { part: 'close', last: true, counts: {} }, deps.clock.now());
  return isNewest ? 'in force' : 'older';
}

async function settle(part: ClosePart, settings: Settings, deps: CloseDeps): Promise<Settlement | undefined> {
  const steps = wholeChains(await deps.steps.listSteps(part.run), partNames(part.segments));
  if (!steps) return undefined;
  const sample = new BaseSample();
  const aliases: [string, string][] = [];
  const stagesOfChunks: CustomerSample['stages'][] = [];
  for (const { name } of chunksOf(steps, 'customers')) {
    const noted = (await deps.facts.readNotes(part.run, customerNotes.sample(name))) as CustomerSample;
    stagesOfChunks.push(noted.stages);
    for (const measures of measuresIn(noted)) sample.add(measures);
    for (const [alias, customer] of noted.aliases) aliases.push([alias, customer]);
  }
  const cases = await collectCases(part, settings.timezone, new Map(aliases), deps);
  const stages = summed(stagesOfChunks);
  const limits = sample.limits(part.run, part.asOf, settings);
  const settlement: Settlement = { limits, steps, aliases, ...(stages && { stages }), cases };
  await deps.facts.writeNotes(part.run, settlementName, settlement);
  return settlement;
}

function summed(chunks: readonly CustomerSample['stages'][]): StageCounts['counts'] | undefined {
  const sums: Partial<Record<Stage, number>> = {};
  for (const counts of chunks) {
    if (!counts) return undefined;
    for (const stage of stages) sums[stage] = (sums[stage] ?? 0) + (counts[stage] ?? 0);
  }
  return sums;
}

async function readSettlement({ run }: ClosePart, { facts }: CloseDeps): Promise<Settlement> {
  return (await facts.readNotes(run, settlementName)) as Settlement;
}

/**
 * The steps of each part from its beginning to its end, each going on where the one before left off. A step that was done
 * twice may have left off elsewhere the second time: what no chain leads to is left out.
 * @returns undefined while a step of a part is missing
 */
export function wholeChains(steps: readonly CensusStep[], parts: readonly string[]): CensusStep[] | undefined {
  const byStart = new Map(steps.map((step) => [`${step.part} ${step.after ?? ''}`, step]));
  const chains: CensusStep[] = [];
  for (const part of parts) {
    let after: string | undefined;
    do {
      const step = byStart.get(`${part} ${after ?? ''}`);
      if (!step) return undefined;
      chains.push(step);
      after = step.next;
    } while (after !== undefined);
  }
  return chains;
}

function chunksOf(steps: readonly CensusStep[], kind: FactKind): CensusChunk[] {
  return steps.flatMap(({ chunks }) => chunks.filter(({ rows }) => (rows[kind] ?? 0) > 0));
}

/** @returns false when the rest was handed on */
async function writeRest(
  part: ClosePart,
  { steps, limits, aliases }: Settlement,
  settings: Settings,
  remainingMs: () => number,
  { facts, work }: CloseDeps,
): Promise<boolean> {
  const { run } = part;
  const scoring = scoringBy(limits, settings);
  const survivors = new Map(aliases);
  const livingOf = (customer: string | null) => (customer === null ? null : (survivors.get(customer) ?? customer));
  const writeCustomers = async ({ name }: CensusChunk) => {
    await facts.completeRows(run, 'customers', name, (notes) => scoresOfAll(notes as ScoreNotes, scoring));
  };
  const living = (customers: unknown) =>
    (customers as OrderCustomers).map((customer) => ({ customer: livingOf(customer) }));
  const writeOrders = async ({ name, rows }: CensusChunk) => {
    await facts.completeRows(run, 'orders', name, living);
    if ((rows.refunds ?? 0) > 0) await facts.completeRows(run, 'refunds', name, living);
  };
  const writes = [
    ...chunksOf(steps, 'customers').map((chunk) => () => writeCustomers(chunk)),
    ...chunksOf(steps, 'orders').map((chunk) => () => writeOrders(chunk)),
    ...chunksOf(steps, 'touches').map(
      ({ name }) =>
        () =>
          facts.completeRows(run, 'touches', name, living),
    ),
  ];
  return workThrough({
    after: part.after,
    remainingMs,
    async readPage(after = '0') {
      const next = Number(after) + 1;
      return { items: writes.slice(next - 1, next), ...(next < writes.length && { next: String(next) }) };
    },
    async doPage(page) {
      for (const write of page) await write();
    },
    handOn: (after) => work.send({ ...part, after }),
  });
}

interface Scoring {
  readonly limits: NightlyLimits;
  readonly settings: Settings;
  readonly rfm: RfmRules;
  /** The as-of day. */
  readonly today: Day;
}

function scoringBy(limits: NightlyLimits, settings: Settings): Scoring {
  const { rfm, baseCurrency, timezone } = settings;
  return { limits, settings, rfm: rfmRulesOf(rfm, baseCurrency), today: dayOf(limits.asOf, timezone) };
}

type Scored = Pick<FactRow<'customers'>, (typeof scoreColumns)[number]>;

function* scoresOfAll({ measures: all, tags, openTags }: ScoreNotes, scoring: Scoring): Generator<Scored> {
  const byScore = scoredTagReader(openTags, scoring);
  let place = 0;
  for (const measures of measuresIn({ measures: all })) {
    const scores = scoresOf(measures, scoring);
    const known = tags[place];
    const bearing = [
      ...(known === undefined ? [] : (JSON.parse(known) as string[])),
      ...byScore(place, scores),
      ...pyramidTags(measures, scoring),
    ];
    place++;
    yield {
      tags: JSON.stringify([...new Set(bearing)].sort()),
      ...scoreCells(scores),
      ...predictedFrom(measures, scoring),
    };
  }
}

/** Whom their scores give the tags that hung on them. */
function scoredTagReader({ list, of }: OpenTagNotes = noOpenTags, { limits, settings }: Scoring) {
  const tests = list.map((open) => ({ tag: open.tag, holds: scoredTagTest(open, settings, limits.asOf) }));
  return (place: number, scores: StandingForRules['rfm']): string[] =>
    (of[place] ?? []).flatMap((open) => {
      const test = tests[open];
      return test?.holds(scores) ? [test.tag] : [];
    });
}

const noOpenTags: OpenTagNotes = { list: [], of: {} };

/** As on the living: where nobody bought in the window nobody is above another. */
function pyramidTags({ history, yearAmount }: CustomerMeasures, { limits }: Scoring): PyramidGroup[] {
  if (!history) return ['target'];
  return limits.rfmPopulation ? [pyramidGroupOf(yearAmount, limits.pyramid)] : [];
}

function scoresOf({ rfm: values }: CustomerMeasures, { limits, rfm }: Scoring): StandingForRules['rfm'] {
  const scores = values && rfmScoresOf(values, rfm, limits.rfmPopulation);
  return scores ? { ...scores, group: rfmGroupOf(values, rfm, limits.rfmPopulation) } : undefined;
}

function scoreCells(
  scores: StandingForRules['rfm'],
): Pick<FactRow<'customers'>, 'rfmR' | 'rfmF' | 'rfmM' | 'rfmGroup'> {
  return {
    rfmR: scores?.r ?? null,
    rfmF: scores?.f ?? null,
    rfmM: scores?.m ?? null,
    rfmGroup: scores?.group ?? null,
  };
}

type Predicted = Pick<FactRow<'customers'>, 'alive' | 'expectedPurchases' | 'predictedValue' | 'nextAt'>;

function predictedFrom({ history }: CustomerMeasures, { limits, today }: Scoring): Predicted {
  const prediction: Prediction | undefined = history ? predictionOf(limits.predictions, history, today) : undefined;
  return {
    alive: prediction?.alive ?? null,
    expectedPurchases: prediction?.expectedPurchases ?? null,
    predictedValue: prediction?.value === undefined ? null : Math.round(prediction.value),
    nextAt: prediction?.nextDay ?? null,
  };
}

function manifestOf({ run, asOf }: ClosePart, { steps, cases }: Settlement, settings: Settings): FactsManifest {
  const chunks = [...steps.flatMap((step) => step.chunks), ...(cases ? [cases] : [])];
  const chunksWith = (kind: FactKind) => chunks.filter(({ rows }) => (rows[kind] ?? 0) > 0);
  const counts = byKind((kind) => sumOf(chunksWith(kind).map(({ rows }) => rows[kind] ?? 0)));
  const parts = byKind((kind) => chunksWith(kind).map(({ name }) => name));
  return {
    run,
    asOf,
    settings: Math.min(settings.version, ...steps.map((step) => step.settings)),
    baseCurrency: settings.baseCurrency,
    prefix: `${factsPrefix}${run}/`,
    counts,
    unreadable: sumOf(steps.map(({ unreadable }) => unreadable)),
    parts,
  };
}

function byKind<Value>(valueFor: (kind: FactKind) => Value): Record<FactKind, Value> {
  return Object.fromEntries(factKinds.map((kind) => [kind, valueFor(kind)])) as Record<FactKind, Value>;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
