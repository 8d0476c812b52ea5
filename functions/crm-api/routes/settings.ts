import type { SettingsJson, SettingsPreviewJson, settingsRoutes } from '../../../shared/contracts/http/settings.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import { directionOf } from '../../../shared/domain/life-cycle/migration.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import type { DueIndex } from '../../../shared/usecases/ports.ts';
import {
  changeSettings,
  readSavedSettings,
  type SavedSettings,
  type SettingsDeps,
} from '../../../shared/usecases/settings/change-settings.ts';
import { previewSettings } from '../../../shared/usecases/settings/preview-settings.ts';

export function settingsHandlers(
  deps: SettingsDeps & { readonly store: Pick<DueIndex, 'scanFiles'> },
): RouteHandlers<keyof typeof settingsRoutes> {
  return {
    getSettings: async () => json(settingsView(await readSavedSettings(deps))),
    async changeSettings({ body, actor }) {
      const saved = await changeSettings(body, actor, deps);
      return json({ ...settingsView(saved), recompute: saved.run ?? null });
    },
    async previewSettings({ body }) {
      const now = deps.clock.now();
      const { customers, stages, tiers } = await previewSettings(body, now, deps);
      const preview: SettingsPreviewJson = {
        asOf: formatInstant(now),
        customers,
        stages: stages.places.map(({ place, ...counts }) => ({ stage: place, ...counts })),
        moves: stages.moves.map((move) => ({ ...move, direction: directionOf(move.from, move.to) })),
        tiers: tiers.places.map(({ place, ...counts }) => ({ tier: place, ...counts })),
        tierMoves: [...tiers.moves],
      };
      return json(preview);
    },
  };
}

function settingsView({
  settings: { dayMarks: _days, eventMarks: _events, ...settings },
  effectiveAt,
}: SavedSettings): SettingsJson {
  return {
    ...settings,
    rates: settings.rates.map((rate) => ({ ...rate })),
    regionGroups: Object.fromEntries(Object.entries(settings.regionGroups).map(([name, list]) => [name, [...list]])),
    tagRules: [...settings.tagRules],
    effectiveAt: formatInstantOrNull(effectiveAt),
  };
}
