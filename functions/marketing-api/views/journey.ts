import type { JourneyJson } from '../../../shared/contracts/http/journeys.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import type { Journey } from '../../../shared/domain/journeys/journey.ts';

export function journeyView({ id, version, definition, enabled, preset, ...rest }: Journey): JourneyJson {
  return {
    id,
    name: definition.name,
    group: definition.group ?? null,
    preset,
    enabled,
    enabledAt: formatInstantOrNull(rest.enabledAt),
    pausedAt: formatInstantOrNull(rest.pausedAt),
    version,
    // A preset that nobody has changed was delivered, not updated.
    updatedAt: rest.updatedAt === 0 ? null : formatInstant(rest.updatedAt),
    definition,
  };
}
