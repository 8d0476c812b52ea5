import type { JourneyChange, NewJourney } from '../../contracts/http/journeys.ts';
import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { InvalidInputError, NotFoundError, StateConflictError, type WrongField } from '../../domain/errors.ts';
import type { Journey, JourneyDefinition, SendStep, Step } from '../../domain/journeys/journey.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import { recallOf } from '../campaigns/recall-origin.ts';
import { type Actor, type AuditedChange, ConflictError, type Versioned } from '../ports.ts';
import { type CheckDeps, checkJourney } from './check-journey.ts';
import { presetJourneys } from './preset-journeys.ts';
import { followSwitch, type SwitchDeps, switchedOn } from './switch-journey.ts';

export type SaveJourneyDeps = SwitchDeps & CheckDeps;

/**
 * Saves a journey of the merchant's own.
 * @throws InvalidInputError, StateConflictError where the id is or was taken
 */
export async function createJourney(
  { enabled, ...definition }: NewJourney,
  actor: Actor,
  deps: SaveJourneyDeps,
): Promise<Journey> {
  const { id } = definition;
  const taken = new StateConflictError(`There is or was a journey ${id}: reports name it.`);
  if (await deps.journeys.readJourney(id)) throw taken;
  await checkJourney(definition, deps);
  const now = deps.clock.now();
  const saved: Journey = { id, version: 1, definition, enabled: false, preset: false, updatedAt: now };
  const journey = enabled ? switchedOn(saved, now) : saved;
  try {
    await deps.journeys.saveJourney(
      { value: journey, version: 0 },
      changeOf(id, 'created', ['definition'], actor, now),
    );
  } catch (error) {
    throw error instanceof ConflictError ? taken : error;
  }
  await followSwitch(journey, actor, deps);
  return journey;
}

/**
 * Changes a journey: a changed definition is a new version, and customers in flight finish on theirs. The same change
 * again saves nothing and does again what follows from it.
 * @throws NotFoundError, InvalidInputError, StateConflictError at another version, ConflictError
 */
export async function changeJourney(
  id: string,
  { version: wanted, enabled, channels, ...patch }: JourneyChange,
  actor: Actor,
  deps: SaveJourneyDeps,
): Promise<Journey> {
  const { value: before, version } = await existingJourney(id, deps);
  if (wanted !== undefined && wanted !== before.version) {
    throw new StateConflictError(`The journey is at version ${before.version} by now.`);
  }
  const definition = withChannels(patchedDefinition(before.definition, patch), id, channels);
  const isChanged = !sameContent(definition, before.definition);
  if (isChanged) await checkJourney(definition, deps);
  const now = deps.clock.now();
  const saved = { ...before, definition, version: before.version + (isChanged ? 1 : 0), updatedAt: now };
  const journey = switched(saved, enabled ?? before.enabled, !sameTrigger(definition, before.definition), now);
  const changed = [...(isChanged ? ['definition'] : []), ...(journey.enabled === before.enabled ? [] : ['enabled'])];
  if (changed.length > 0) {
    await deps.journeys.saveJourney({ value: journey, version }, changeOf(id, 'changed', changed, actor, now));
  }
  await followSwitch(changed.length > 0 ? journey : before, actor, deps);
  return changed.length > 0 ? journey : before;
}

/** A journey with another trigger begins anew. */
function switched(journey: Journey, enabled: boolean, isOther: boolean, now: Instant): Journey {
  if (!enabled) return { ...journey, enabled };
  return journey.enabled && !isOther ? journey : switchedOn(journey, now);
}

function sameTrigger(one: JourneyDefinition, other: JourneyDefinition): boolean {
  return sameContent(one.trigger, other.trigger);
}

/** @throws NotFoundError, StateConflictError for a preset */
export async function removeJourney(id: string, actor: Actor, deps: SaveJourneyDeps): Promise<void> {
  const journey = await existingJourney(id, deps);
  if (journey.value.preset) throw new StateConflictError('A preset is switched off, not removed.');
  await deps.journeys.removeJourney(journey, changeOf(id, 'removed', [], actor, deps.clock.now()));
  await followSwitch({ ...journey.value, enabled: false }, actor, deps);
}

/** Nobody enters and nothing leaves until it is resumed. @throws NotFoundError, ConflictError */
export async function pauseJourney(id: string, actor: Actor, deps: SaveJourneyDeps): Promise<Journey> {
  const { value, version } = await existingJourney(id, deps);
  if (value.pausedAt !== undefined) return value;
  const now = deps.clock.now();
  const journey = { ...value, pausedAt: now, updatedAt: now };
  await deps.journeys.saveJourney({ value: journey, version }, changeOf(id, 'paused', ['pausedAt'], actor, now));
  return journey;
}

/** What waited is called for again, as long as it has not expired. @throws NotFoundError, ConflictError */
export async function resumeJourney(id: string, actor: Actor, deps: SaveJourneyDeps): Promise<Journey> {
  const { value, version } = await existingJourney(id, deps);
  const { pausedAt, ...rest } = value;
  const now = deps.clock.now();
  const journey = { ...rest, updatedAt: now };
  if (pausedAt !== undefined) {
    await deps.journeys.saveJourney({ value: journey, version }, changeOf(id, 'resumed', ['pausedAt'], actor, now));
  }
  await recallOf({ type: 'journey', id }, deps);
  return pausedAt === undefined ? value : journey;
}

/** @throws NotFoundError */
export async function existingJourney(
  id: string,
  { journeys }: Pick<SaveJourneyDeps, 'journeys'>,
): Promise<Versioned<Journey>> {
  const journey = await journeys.readJourney(id);
  if (!journey) throw new NotFoundError(`There is no journey ${id}.`);
  return journey;
}

function changeOf(id: string, what: string, changed: readonly string[], actor: Actor, at: Instant): AuditedChange {
  return { actor, at, action: `journey.${what}`, target: `journey/${id}`, changed };
}

type Patch = Omit<JourneyChange, 'version' | 'enabled' | 'channels'>;

function patchedDefinition(definition: JourneyDefinition, patch: Patch): JourneyDefinition {
  const members = Object.entries({ ...definition, ...given(patch) }).filter(([, member]) => member !== null);
  return Object.fromEntries(members) as JourneyDefinition;
}

function given(patch: Patch): Partial<Patch> {
  return Object.fromEntries(Object.entries(patch).filter(([, member]) => member !== undefined));
}

/** @throws InvalidInputError for a message the journey does not have */
function withChannels(
  definition: JourneyDefinition,
  id: string,
  channels: JourneyChange['channels'] = {},
): JourneyDefinition {
  const wrong: WrongField[] = [];
  const delivered = presetJourneys.find((preset) => preset.id === id)?.definition;
  const sends = new Map(sendsOf(definition.steps).map((send) => [send.id, send]));
  const wanted = new Map<string, readonly Channel[]>();
  for (const [step, given] of Object.entries(channels)) {
    const chosen = given ?? sendsOf(delivered?.steps ?? []).find((send) => send.id === step)?.channels;
    if (!sends.has(step)) wrong.push({ field: `channels.${step}`, message: 'is no message of this journey' });
    else if (chosen) wanted.set(step, chosen);
    else wrong.push({ field: `channels.${step}`, message: 'was not delivered with channels to go back to' });
  }
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  return wanted.size === 0 ? definition : { ...definition, steps: rerouted(definition.steps, wanted) };
}

function sendsOf(steps: readonly Step[]): SendStep[] {
  return steps.flatMap((step) => {
    if ('send' in step) return [step.send];
    return 'branch' in step ? [...sendsOf(step.branch.yes), ...sendsOf(step.branch.no)] : [];
  });
}

function rerouted(steps: readonly Step[], wanted: ReadonlyMap<string, readonly Channel[]>): Step[] {
  return steps.map((step) => {
    if ('branch' in step) {
      const { yes, no, ...rest } = step.branch;
      return { branch: { ...rest, yes: rerouted(yes, wanted), no: rerouted(no, wanted) } };
    }
    const channels = 'send' in step ? wanted.get(step.send.id) : undefined;
    return 'send' in step && channels ? { send: { ...step.send, channels: [...channels] } } : step;
  });
}
