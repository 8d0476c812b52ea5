import type { NewSegment, SegmentChange } from '../../contracts/http/segments.ts';
import { type Role, seesPersonalData } from '../../domain/access/roles.ts';
import { genderWord } from '../../domain/customers/gender.ts';
import { pyramidTags } from '../../domain/customers/tags.ts';
import {
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  StateConflictError,
  type WrongField,
} from '../../domain/errors.ts';
import { personalFieldsIn } from '../../domain/segments/personal-fields.ts';
import { conditionsOf, pathText, type SegmentRule } from '../../domain/segments/rule.ts';
import { unknownNames } from '../../domain/segments/unknown-names.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { everyPage } from '../every-page.ts';
import {
  type Actor,
  type AuditedChange,
  type Clock,
  ConflictError,
  type NightlyLimitsReader,
  type Segment,
  type SegmentStore,
  type SettingsReader,
  type ShopStore,
  type Versioned,
} from '../ports.ts';

export interface SegmentDeps {
  readonly segments: SegmentStore;
  readonly settings: SettingsReader;
  readonly shops: Pick<ShopStore, 'listShops'>;
  readonly limits: NightlyLimitsReader;
  readonly clock: Clock;
}

/**
 * Saves a new segment.
 * @throws InvalidInputError for a rule that names what the settings do not have, StateConflictError where the id is taken
 */
export async function createSegment(
  { id, name, rule }: NewSegment,
  actor: Actor,
  deps: SegmentDeps,
): Promise<Versioned<Segment>> {
  await refuseUnknown(rule, deps);
  const now = deps.clock.now();
  const value: Segment = { id, name, rule, createdAt: now, updatedAt: now };
  const change = changeOf(id, 'segment.created', ['name', 'rule'], actor, now);
  try {
    await deps.segments.saveSegment({ value, version: 0 }, change);
  } catch (error) {
    if (error instanceof ConflictError && (await deps.segments.readSegment(id))) {
      throw new StateConflictError(`There is a segment ${id} already.`);
    }
    throw error;
  }
  return { value, version: 1 };
}

/** @throws NotFoundError, InvalidInputError, ConflictError where it is at another version */
export async function changeSegment(
  id: string,
  { version: wanted, name, rule }: SegmentChange,
  actor: Actor,
  deps: SegmentDeps,
): Promise<Versioned<Segment>> {
  const { value: before, version } = await existingSegment(id, deps);
  if (wanted !== undefined && wanted !== version) throw new ConflictError(`segment ${id} is at version ${version}`);
  if (rule) await refuseUnknown(rule, deps);
  const now = deps.clock.now();
  const value: Segment = { ...before, name: name ?? before.name, rule: rule ?? before.rule, updatedAt: now };
  const changed = [...(name === undefined ? [] : ['name']), ...(rule === undefined ? [] : ['rule'])];
  await deps.segments.saveSegment({ value, version }, changeOf(id, 'segment.changed', changed, actor, now));
  return { value, version: version + 1 };
}

/** @throws NotFoundError, ConflictError where somebody changes it at this moment */
export async function removeSegment(id: string, actor: Actor, deps: SegmentDeps): Promise<void> {
  const { version } = await existingSegment(id, deps);
  const change = changeOf(id, 'segment.removed', [], actor, deps.clock.now());
  await deps.segments.removeSegment(id, version, change);
}

/** @throws NotFoundError */
export async function existingSegment(
  id: string,
  { segments }: Pick<SegmentDeps, 'segments'>,
): Promise<Versioned<Segment>> {
  const segment = await segments.readSegment(id);
  if (!segment) throw new NotFoundError(`There is no segment ${id}.`);
  return segment;
}

function changeOf(id: string, action: string, changed: readonly string[], actor: Actor, at: number): AuditedChange {
  return { actor, at, action, target: `segment/${id}`, changed };
}

/**
 * Lets a rule that was never saved be asked.
 * @throws ForbiddenError where its answers would tell an analyst personal data, InvalidInputError for unknown names in it
 */
export async function checkAskedRule(rule: SegmentRule, role: Role, deps: NameDeps): Promise<void> {
  const personal = seesPersonalData(role) ? [] : personalFieldsIn(rule);
  if (personal.length > 0) throw new ForbiddenError(`The role ${role} does not ask about ${personal.join(', ')}.`);
  await refuseUnknown(rule, deps);
}

type NameDeps = Pick<SegmentDeps, 'settings' | 'clock'>;

async function refuseUnknown(rule: SegmentRule, deps: NameDeps): Promise<void> {
  const errors = await wrongNamesIn(rule, deps);
  if (errors.length > 0) throw new InvalidInputError(errors);
}

/** What can never hold of anybody as the settings are: names of tiers and region groups, and genders spelt otherwise. */
export async function wrongNamesIn(
  rule: SegmentRule,
  { settings: reader, clock }: NameDeps,
  root = 'rule',
): Promise<WrongField[]> {
  const known = namesOf(await reader.settings(clock.now()));
  return inRule([...unknownNames(rule, known), ...otherGenders(rule)], root);
}

function namesOf({ tiers, regionGroups }: Settings): Record<'tier' | 'region.group', Set<string>> {
  return { tier: new Set(tiers.levels.map(({ id }) => id)), 'region.group': new Set(Object.keys(regionGroups)) };
}

/**
 * What may find nobody, and yet can be meant: shops that are gone, tags given by hand only, what is not foreseen yet; of a
 * rule saved long ago, tiers and region groups that the settings have lost since.
 */
export async function doubtsAbout(rule: SegmentRule, deps: Omit<SegmentDeps, 'segments'>): Promise<WrongField[]> {
  const settings = await deps.settings.settings(deps.clock.now());
  const shops = await shopIds(rule, deps.shops);
  const unknownShops = unknownNames(rule, { shop: shops }).map(({ field }) => ({
    field,
    message: 'is not a shop of now; only orders of one that has been removed could match',
  }));
  const unknownTags = unknownNames(rule, { tags: new Set(tagsByRule(settings)) }).map(({ field }) => ({
    field,
    message: 'is not a tag that a rule gives; only who was tagged by hand has it',
  }));
  const gone = unknownNames(rule, namesOf(settings)).map(({ field }) => ({
    field,
    message: 'is not in the settings any more: nobody is in it',
  }));
  return inRule([...unknownShops, ...unknownTags, ...gone, ...(await notForeseen(rule, deps.limits))]);
}

/** The preset tags of the pyramid, and those of the merchant's own rules (DOMAIN 5). */
function tagsByRule({ tagRules }: Settings): string[] {
  return [...pyramidTags, ...tagRules.map(({ tag }) => tag)];
}

/** Asked for only where the rule names any. */
async function shopIds(rule: SegmentRule, shops: Pick<ShopStore, 'listShops'>): Promise<Set<string>> {
  const ids = new Set<string>();
  if (![...conditionsOf(rule)].some(({ condition }) => condition.field === 'shop')) return ids;
  for await (const page of everyPage((after) => shops.listShops(after, 100))) for (const { id } of page) ids.add(id);
  return ids;
}

/** Genders are kept as one word each, however shops spell them: another spelling would match nobody. */
function otherGenders(rule: SegmentRule): WrongField[] {
  return [...conditionsOf(rule)].flatMap(({ condition: { field, op, value }, path }) => {
    if (field !== 'gender' || op === 'exists' || op === 'contains') return [];
    const isList = typeof value === 'object';
    return [value].flat().flatMap((asked, index) => {
      const word = genderWord(String(asked));
      if (word === asked) return [];
      const message = word === undefined ? 'is no gender: ask {"op":"exists","value":false}' : `must be ${word}`;
      return [{ field: pathText([...path, 'value', ...(isList ? [index] : [])]), message }];
    });
  });
}

/** Predictions need a model: there is none before the first night, nor of too few customers. */
async function notForeseen(rule: SegmentRule, limits: NightlyLimitsReader): Promise<WrongField[]> {
  const asked = [...conditionsOf(rule)].filter(({ condition }) => condition.field.startsWith('predicted.'));
  if (asked.length === 0) return [];
  const model = (await limits.nightlyLimits())?.predictions;
  if (model?.buying.type === 'fitted') return [];
  const message = 'is foreseen of nobody yet: no night has been run, or there are too few customers';
  return asked.map(({ path }) => ({ field: pathText([...path, 'field']), message }));
}

/** With paths that begin at the request. @param root where in it the rule stands */
export function inRule(wrong: readonly WrongField[], root = 'rule'): WrongField[] {
  return wrong.map(({ field, message }) => ({
    field: field.startsWith('[') ? `${root}${field}` : `${root}.${field}`,
    message,
  }));
}
