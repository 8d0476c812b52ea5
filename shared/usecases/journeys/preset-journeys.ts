import type { Journey } from '../../domain/journeys/journey.ts';
import { journeyPresets } from '../../domain/journeys/presets.ts';

/** The journeys that every workspace finds ready, as nobody has changed them. */
export const presetJourneys: readonly Journey[] = journeyPresets.map(({ definition, enabled }) => ({
  id: definition.id,
  version: 1,
  definition,
  enabled,
  preset: true,
  updatedAt: 0,
}));
