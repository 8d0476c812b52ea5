import type { SettingsPatch } from '../contracts/http/settings.ts';
import type { Instant } from '../domain/calendar.ts';
import { purchasesOf } from '../domain/customers/customer-file.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { type Stage, stageAt, stages } from '../domain/life-cycle/stage.ts';
import { contradictionsIn } from '../domain/settings/check-settings.ts';
import { newestOf, patched } from './change-settings.ts';
import type { DueIndex, SettingsStore } from './ports.ts';
import { scanCustomers } from './scan-customers.ts';

export interface SettingsPreview {
  readonly customers: number;
  readonly stages: readonly { readonly stage: Stage; readonly before: number; readonly after: number }[];
  readonly moves: readonly { readonly from: Stage; readonly to: Stage; readonly customers: number }[];
}

/** Who would stand elsewhere at `now` if the patch were in force. Saves nothing. @throws InvalidInputError */
export async function previewSettings(
  patch: SettingsPatch,
  now: Instant,
  deps: { readonly settings: SettingsStore; readonly store: Pick<DueIndex, 'scanFiles'> },
): Promise<SettingsPreview> {
  const before = newestOf((await deps.settings.readSettings()).value);
  const after = patched(before, patch);
  const wrong = contradictionsIn(after);
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  const matrix = new Map<string, number>();
  await scanCustomers(deps.store, (file) => {
    const purchases = purchasesOf(file);
    const from = stageAt(purchases, now, before.stages, before.timezone);
    const to = stageAt(purchases, now, after.stages, after.timezone);
    matrix.set(`${from} ${to}`, (matrix.get(`${from} ${to}`) ?? 0) + 1);
  });
  return fromMatrix((from, to) => matrix.get(`${from} ${to}`) ?? 0);
}

function fromMatrix(count: (from: Stage, to: Stage) => number): SettingsPreview {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const perStage = stages.map((stage) => ({
    stage,
    before: sum(stages.map((to) => count(stage, to))),
    after: sum(stages.map((from) => count(from, stage))),
  }));
  const moves = stages.flatMap((from) =>
    stages.flatMap((to) => (from !== to && count(from, to) > 0 ? [{ from, to, customers: count(from, to) }] : [])),
  );
  return { customers: sum(perStage.map(({ before }) => before)), stages: perStage, moves };
}
