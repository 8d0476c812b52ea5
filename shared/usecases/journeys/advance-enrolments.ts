import type { Instant } from '../../domain/calendar.ts';
import { hourMs, minuteMs } from '../../domain/durations.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { isForShop } from '../../domain/journeys/enter.ts';
import type { Journey, JourneyDefinition } from '../../domain/journeys/journey.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import { enrolmentEntry } from '../marketing-ports.ts';
import type { EnrolmentKey } from '../messages/messaging-ports.ts';
import { keysOfMessages, noCounts, type PlanCounts } from '../messages/plan-touches.ts';
import { ConflictError, type Versioned } from '../ports.ts';
import { retried } from '../retried.ts';
import type { JourneyRunDeps } from './journey-deps.ts';
import { type Begun, finishSteps, takeSteps } from './run-journeys.ts';

export interface AdvanceCounts extends PlanCounts {
  /** Enrolments that were due. */
  due: number;
}

/** Lost tries after which the call has to come again. */
const mostTries = 6;
/** What is due in a paused journey is looked at again after as long as it has been paused, within these bounds. */
const pausedMs = { least: 15 * minuteMs, most: 6 * hourMs };

/**
 * Takes enrolments that have come due as far as they go (DOMAIN 8). Doing it twice, or two at a time, does no harm: what
 * is not due any more is left alone, and every step is done under an id computed from it.
 * @throws ConflictError after several lost tries, StoreBusyError when throttled: the call comes again
 */
export async function advanceEnrolments(keys: readonly EnrolmentKey[], deps: JourneyRunDeps): Promise<AdvanceCounts> {
  const counts: AdvanceCounts = { ...noCounts(), due: 0 };
  let left: readonly EnrolmentKey[] = keys;
  const attempt = async () => {
    left = await advanceOnce(left, counts, deps);
    if (left.length > 0) throw new ConflictError('others move the same customers on');
  };
  await retried(attempt, deps, mostTries);
  return counts;
}

/** @returns those that somebody else has moved on meanwhile */
async function advanceOnce(
  keys: readonly EnrolmentKey[],
  counts: AdvanceCounts,
  deps: JourneyRunDeps,
): Promise<EnrolmentKey[]> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const rows = [...(await deps.enrolments.readEnrolments(keys)).values()];
  const due = rows.filter(({ value }) => value.state === 'active' && (value.dueAt ?? now) <= now);
  counts.due += due.length;
  const lost: Versioned<Enrolment>[] = [];
  const going: Versioned<Enrolment>[] = [];
  const definitions = new Map<Enrolment, JourneyDefinition>();
  const journeys = new Map((await deps.journeys.journeys()).map((journey) => [journey.id, journey]));
  for (const one of due) {
    const standing = await standingOf(one.value, journeys.get(one.value.journey), now, deps);
    if ('definition' in standing) {
      definitions.set(one.value, standing.definition);
      going.push(one);
    } else if (!(await save(one, standing.becomes, deps))) lost.push(one);
  }
  lost.push(...(await goOn(going, definitions, counts, settings, now, deps)));
  return lost.map(({ value }) => ({ customer: value.customer, entry: enrolmentEntry(value) }));
}

/** The definition they finish on, or what becomes of who does not go on now. */
async function standingOf(
  enrolment: Enrolment,
  journey: Journey | undefined,
  now: Instant,
  { journeys }: Pick<JourneyRunDeps, 'journeys'>,
): Promise<{ readonly definition: JourneyDefinition } | { readonly becomes: Enrolment }> {
  const off = { becomes: over(enrolment, 'journey_off', now) };
  if (!journey?.enabled || !isForShop(journey.definition, enrolment.shop)) return off;
  if (journey.pausedAt !== undefined) return { becomes: putOff(enrolment, journey.pausedAt, now) };
  const definition = await journeys.definition(journey.id, enrolment.version);
  return definition ? { definition } : off;
}

async function goOn(
  going: readonly Versioned<Enrolment>[],
  definitions: ReadonlyMap<Enrolment, JourneyDefinition>,
  counts: AdvanceCounts,
  settings: Settings,
  now: Instant,
  deps: JourneyRunDeps,
): Promise<Versioned<Enrolment>[]> {
  if (going.length === 0) return [];
  const { files, idOf } = await resolveFiles(
    going.map(({ value }) => value.customer),
    deps.store,
  );
  const refs = [...new Set(going.flatMap(({ value }) => value.order ?? []))];
  const orders = refs.length === 0 ? new Map() : await deps.store.readOrders(refs);
  const lost: Versioned<Enrolment>[] = [];
  const begun: Begun[] = [];
  for (const one of going) {
    const { value: enrolment, version } = one;
    const file = files.get(idOf(enrolment.customer) ?? '')?.value;
    const definition = definitions.get(enrolment);
    if (file && definition) {
      const order = orders.get(enrolment.order ?? '')?.value.order;
      const traveller = { enrolment, definition, file, ...(order && { order }) };
      begun.push({ traveller, version, input: { type: 'time', at: now } });
    } else if (!(await save(one, over(enrolment, 'no_customer', now), deps))) lost.push(one);
  }
  const steps = await takeSteps(begun, settings, now, deps);
  const messages = steps.flatMap((step) => step.messages);
  const live = await deps.touches.readLive(keysOfMessages(messages, deps));
  const finished = await finishSteps(steps, live, settings, now, deps);
  counts.planned += finished.counts.planned;
  counts.stale += finished.counts.stale;
  counts.unreachable += finished.counts.unreachable;
  const moved = finished.lost.map(({ traveller: { enrolment: value }, version }) => ({ value, version }));
  return [...lost, ...moved];
}

function over(enrolment: Enrolment, reason: 'journey_off' | 'no_customer', now: Instant): Enrolment {
  const { dueAt: _waits, ...rest } = enrolment;
  return { ...rest, state: 'left', reason, endedAt: now };
}

/** What its steps count from stays as it is: one that goes stale meanwhile is not sent. */
function putOff(enrolment: Enrolment, pausedAt: Instant, now: Instant): Enrolment {
  const wait = Math.min(pausedMs.most, Math.max(pausedMs.least, now - pausedAt));
  return { ...enrolment, dueAt: now + wait };
}

async function save(
  { version }: Versioned<Enrolment>,
  value: Enrolment,
  { enrolments }: Pick<JourneyRunDeps, 'enrolments'>,
): Promise<boolean> {
  try {
    await enrolments.saveEnrolment({ value, version });
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
