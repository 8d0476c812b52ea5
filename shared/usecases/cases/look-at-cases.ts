import type { Work } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import {
  type ProductAlert,
  ProductTally,
  productAlerts,
  productNotesSchema,
} from '../../domain/cases/product-alerts.ts';
import type { FactsFiles, FactsManifests } from '../census/census-ports.ts';
import { productNotes } from '../census/collect-order-facts.ts';
import { everyPage } from '../every-page.ts';
import type { CaseStore } from '../marketing-ports.ts';
import type { Clock, SettingsReader } from '../ports.ts';
import type { Retrying } from '../retried.ts';
import { escalateOverdue } from './change-case.ts';

/** The products that alerted last night. */
export interface NightlyAlerts {
  readonly asOf: Instant;
  readonly alerts: readonly ProductAlert[];
}

export interface AlertReader {
  /** Undefined while there was no night. */
  read(): Promise<NightlyAlerts | undefined>;
}

export interface AlertStore extends AlertReader {
  /** @returns false where those of a later night are there */
  replace(alerts: NightlyAlerts): Promise<boolean>;
}

export interface NightlyCaseDeps extends Retrying, Pick<Parameters<typeof escalateOverdue>[1], 'events'> {
  readonly cases: CaseStore;
  readonly alerts: AlertStore;
  readonly facts: Pick<FactsFiles, 'readNotes'>;
  readonly manifests: Pick<FactsManifests, 'readManifest'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/**
 * What a night makes of cases, once its facts are in force: late ones are escalated, and products that trouble too many of
 * their buyers alert. Done again it finds the same.
 */
export async function lookAtCases(
  { run, asOf }: Extract<Work, { type: 'recommendations.compute' }>,
  deps: NightlyCaseDeps,
): Promise<{ readonly escalated: readonly ServiceCase[]; readonly alerts: readonly ProductAlert[] }> {
  const now = deps.clock.now();
  const escalated = await escalateOverdue(now, deps);
  const manifest = await deps.manifests.readManifest();
  if (manifest?.run !== run) return { escalated, alerts: [] };
  const tally = new ProductTally();
  for (const name of manifest.parts.orders) {
    tally.join(productNotesSchema.parse(await deps.facts.readNotes(run, productNotes(name))));
  }
  const { cases: settings } = await deps.settings.settings(now);
  const alerts = productAlerts(tally.notes(), await allCases(deps.cases), settings, asOf);
  await deps.alerts.replace({ asOf, alerts });
  return { escalated, alerts };
}

async function allCases(cases: CaseStore): Promise<ServiceCase[]> {
  const all: ServiceCase[] = [];
  for await (const page of everyPage((after) => cases.listCases({}, after, 100))) {
    all.push(...page.flatMap(({ value }) => (value.product === undefined ? [] : [value])));
  }
  return all;
}
