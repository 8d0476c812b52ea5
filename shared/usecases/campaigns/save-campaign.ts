import type { Campaign, CampaignDefinition } from '../../domain/campaigns/campaign.ts';
import { unknownInCampaign, wrongInCampaign } from '../../domain/campaigns/check-campaign.ts';
import { drafted, edited } from '../../domain/campaigns/course.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import type { CampaignStore } from '../marketing-ports.ts';
import { type Actor, type AuditedChange, type Clock, ConflictError, type Versioned } from '../ports.ts';
import { type NameDeps, readNames } from './names-of-campaign.ts';

export interface SaveCampaignDeps extends NameDeps {
  readonly campaigns: CampaignStore;
  readonly clock: Clock;
}

/**
 * Saves a new draft.
 * @throws InvalidInputError where it contradicts itself or names what there is not, StateConflictError where the id is taken
 */
export async function createCampaign(
  definition: CampaignDefinition,
  actor: Actor,
  deps: SaveCampaignDeps,
): Promise<Versioned<Campaign>> {
  await checkCampaign(definition, deps);
  const now = deps.clock.now();
  const value = drafted(definition, now);
  try {
    await deps.campaigns.saveCampaign(
      { value, version: 0 },
      changeOf(value, 'created', Object.keys(definition), actor, now),
    );
  } catch (error) {
    if (error instanceof ConflictError && (await deps.campaigns.readCampaign(value.id))) {
      throw new StateConflictError(`There is a campaign ${value.id} already.`);
    }
    throw error;
  }
  return { value, version: 1 };
}

/** @throws NotFoundError, InvalidInputError, StateConflictError once it has been sent from, ConflictError at another version */
export async function changeDefinition(
  id: string,
  wanted: number | undefined,
  change: (definition: CampaignDefinition) => CampaignDefinition,
  actor: Actor,
  deps: SaveCampaignDeps,
): Promise<Versioned<Campaign>> {
  const { value: before, version } = await existingCampaign(id, deps);
  if (wanted !== undefined && wanted !== version) throw new ConflictError(`campaign ${id} is at version ${version}`);
  const now = deps.clock.now();
  const definition = change(before.definition);
  const value = edited(before, definition, now);
  await checkCampaign(definition, deps);
  await deps.campaigns.saveCampaign(
    { value, version },
    changeOf(value, 'changed', changedIn(before.definition, definition), actor, now),
  );
  return { value, version: version + 1 };
}

/** @throws NotFoundError, StateConflictError for any but a draft, ConflictError where somebody changes it at this moment */
export async function removeCampaign(id: string, actor: Actor, deps: SaveCampaignDeps): Promise<void> {
  const campaign = await existingCampaign(id, deps);
  const { state } = campaign.value;
  if (state !== 'draft') {
    throw new StateConflictError(
      `The campaign is ${state}: only drafts are deleted, and what was launched is cancelled.`,
    );
  }
  await deps.campaigns.removeCampaign(campaign, changeOf(campaign.value, 'removed', [], actor, deps.clock.now()));
}

/** @throws NotFoundError */
export async function existingCampaign(
  id: string,
  { campaigns }: { readonly campaigns: Pick<CampaignStore, 'readCampaign'> },
): Promise<Versioned<Campaign>> {
  const campaign = await campaigns.readCampaign(id);
  if (!campaign) throw new NotFoundError(`There is no campaign ${id}.`);
  return campaign;
}

/** @throws InvalidInputError */
export async function checkCampaign(definition: CampaignDefinition, deps: NameDeps): Promise<void> {
  const wrong = [...wrongInCampaign(definition), ...unknownInCampaign(definition, await readNames(definition, deps))];
  if (wrong.length > 0) throw new InvalidInputError(wrong);
}

function changedIn(before: CampaignDefinition, after: CampaignDefinition): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof CampaignDefinition>;
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

export function changeOf(
  { id }: Pick<Campaign, 'id'>,
  action: string,
  changed: readonly string[],
  actor: Actor,
  at: number,
): AuditedChange {
  return { actor, at, action: `campaign.${action}`, target: `campaign/${id}`, changed };
}
