import type { SettingsPatch } from '../../contracts/http/settings.ts';
import type { Instant } from '../../domain/calendar.ts';
import { type CustomerFile, purchasesOf } from '../../domain/customers/customer-file.ts';
import { type Stage, stageAt, stages } from '../../domain/life-cycle/stage.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { membershipAt } from '../../domain/value/membership.ts';
import { scanCustomers } from '../customers/scan-customers.ts';
import type { DueIndex, SettingsStore } from '../ports.ts';
import { type CheckDeps, checkedPatch, newestOf } from './change-settings.ts';

/** Of each place how many customers stand there before and after, and who moves. */
interface Moves<Place> {
  readonly places: readonly { readonly place: Place; readonly before: number; readonly after: number }[];
  readonly moves: readonly { readonly from: Place; readonly to: Place; readonly customers: number }[];
}

export interface SettingsPreview {
  readonly customers: number;
  readonly stages: Moves<Stage>;
  /** By the tier's id; null: none. */
  readonly tiers: Moves<string | null>;
}

/**
 * Who would stand elsewhere at `now` if the patch were in force. Saves nothing.
 * @throws InvalidInputError, StateConflictError where the patch itself would be refused
 */
export async function previewSettings(
  patch: SettingsPatch,
  now: Instant,
  deps: CheckDeps & { readonly settings: SettingsStore; readonly store: Pick<DueIndex, 'scanFiles'> },
): Promise<SettingsPreview> {
  const before = newestOf((await deps.settings.readSettings()).value);
  const after = await checkedPatch(before, patch, deps);
  const byStage = new MoveCount<Stage>(stages);
  const byTier = new MoveCount<string | null>(tierIds(before, after));
  let customers = 0;
  await scanCustomers(deps.store, (file) => {
    customers++;
    byStage.add(stageOf(file, now, before), stageOf(file, now, after));
    byTier.add(tierOf(file, now, before), tierOf(file, now, after));
  });
  return { customers, stages: byStage.result(), tiers: byTier.result() };
}

function stageOf(file: CustomerFile, now: Instant, { stages: limits, timezone }: Settings): Stage {
  return stageAt(purchasesOf(file), now, limits, timezone);
}

function tierOf(file: CustomerFile, now: Instant, settings: Settings): string | null {
  return membershipAt(file, settings, now).tier.tier?.id ?? null;
}

/** From none to the highest; those that go stand at the end. */
function tierIds(before: Settings, after: Settings): (string | null)[] {
  return [null, ...new Set([...after.tiers.levels, ...before.tiers.levels].map(({ id }) => id))];
}

class MoveCount<Place> {
  readonly #places: readonly Place[];
  readonly #counts = new Map<Place, Map<Place, number>>();

  constructor(places: readonly Place[]) {
    this.#places = places;
  }

  add(from: Place, to: Place): void {
    const row = this.#counts.get(from) ?? new Map<Place, number>();
    row.set(to, (row.get(to) ?? 0) + 1);
    this.#counts.set(from, row);
  }

  result(): Moves<Place> {
    const all = this.#places.flatMap((from) =>
      this.#places.map((to) => ({ from, to, customers: this.#counts.get(from)?.get(to) ?? 0 })),
    );
    const sum = (among: typeof all) => among.reduce((total, { customers }) => total + customers, 0);
    return {
      places: this.#places.map((place) => ({
        place,
        before: sum(all.filter(({ from }) => from === place)),
        after: sum(all.filter(({ to }) => to === place)),
      })),
      moves: all.filter(({ from, to, customers }) => from !== to && customers > 0),
    };
  }
}
