import type { Instant } from '../../domain/calendar.ts';
import { hourMs } from '../../domain/durations.ts';
import { InvalidInputError, NotFoundError } from '../../domain/errors.ts';
import { countsOf, type RehearsalSums, RehearsalTally } from '../../domain/rehearsal/tally.ts';
import type { FactsManifests } from '../census/census-ports.ts';
import type { CampaignStore } from '../marketing-ports.ts';
import type { Actor, Clock, NightMarks, WorkQueue } from '../ports.ts';
import type { Rehearsal, RehearsalPart, RehearsalStore } from './rehearsal-ports.ts';

export interface StartRehearsalDeps {
  readonly rehearsals: RehearsalStore;
  readonly campaigns: Pick<CampaignStore, 'readCampaign'>;
  readonly nights: Pick<NightMarks, 'lastAsOf'>;
  readonly manifests: Pick<FactsManifests, 'readManifest'>;
  readonly work: WorkQueue;
  readonly clock: Clock;
  readonly newId: () => string;
}

export type WantedRehearsal = Pick<Rehearsal, 'days' | 'campaigns' | 'moreThan'>;

/** Parts of the base that are rehearsed side by side. */
const segments = 8;
/** Where no night has been yet: 19:00 UTC, when the first one comes unless told otherwise. */
const firstNight: Instant = 19 * hourMs;

/** Starts running the next days. @throws InvalidInputError where a campaign named is no draft */
export async function startRehearsal(
  wanted: WantedRehearsal,
  actor: Actor,
  deps: StartRehearsalDeps,
): Promise<Rehearsal> {
  await checkDrafts(wanted.campaigns, deps);
  const asOf = deps.clock.now();
  const customers = (await deps.manifests.readManifest())?.counts.customers;
  const rehearsal: Rehearsal = {
    ...wanted,
    id: deps.newId(),
    asOf,
    segments,
    night: (await deps.nights.lastAsOf()) ?? firstNight,
    ...(customers !== undefined && { customers }),
  };
  const { id } = rehearsal;
  await deps.rehearsals.createRehearsal(rehearsal, {
    actor,
    at: asOf,
    action: 'rehearsal.started',
    target: `rehearsal/${id}`,
    changed: [],
  });
  for (let segment = 0; segment < segments; segment++)
    await deps.work.send({ type: 'rehearsal.part', job: id, segment });
  return rehearsal;
}

async function checkDrafts(
  ids: readonly string[],
  { campaigns }: Pick<StartRehearsalDeps, 'campaigns'>,
): Promise<void> {
  const wrong = [];
  for (const [index, id] of ids.entries()) {
    const state = (await campaigns.readCampaign(id))?.value.state;
    const field = `campaigns[${index}]`;
    if (state === undefined) wrong.push({ field, message: 'is no campaign of this workspace' });
    else if (state !== 'draft') wrong.push({ field, message: `is ${state}: what is launched is rehearsed anyway` });
  }
  if (wrong.length > 0) throw new InvalidInputError(wrong);
}

/** How far a rehearsal is, and what it has counted. */
export interface RehearsalState {
  readonly rehearsal: Rehearsal;
  readonly isDone: boolean;
  readonly partsDone: number;
  /** Customers looked at. */
  readonly customers: number;
  /** When it last went on. */
  readonly at: Instant;
  readonly sums: RehearsalSums;
}

/** @throws NotFoundError */
export async function rehearsalState(
  id: string,
  { rehearsals }: Pick<StartRehearsalDeps, 'rehearsals'>,
): Promise<RehearsalState> {
  const rehearsal = await rehearsals.readRehearsal(id);
  if (!rehearsal) throw new NotFoundError(`There is no rehearsal ${id}; they are kept for 30 days.`);
  const parts = await rehearsals.readParts(id);
  const partsDone = parts.filter(({ isDone }) => isDone).length;
  const sums = sumsOf(parts);
  return {
    rehearsal,
    isDone: partsDone === rehearsal.segments,
    partsDone,
    customers: countsOf(sums, 'customers all')[0]?.[1] ?? 0,
    at: Math.max(rehearsal.asOf, ...parts.map(({ at }) => at)),
    sums,
  };
}

function sumsOf(parts: readonly RehearsalPart[]): RehearsalSums {
  const tally = new RehearsalTally();
  for (const { sums } of parts) tally.addAll(sums);
  return tally.sums;
}
