import type { CustomerJson } from '../../contracts/http/customers.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { predictedReader } from '../../domain/segments/predicted-part.ts';
import { standingReader } from '../../domain/value/standing-of-customer.ts';
import { readReach } from '../messages/explain-contact.ts';
import type { TouchStore } from '../messages/messaging-ports.ts';
import type { Clock, NightlyLimitsReader, SettingsReader } from '../ports.ts';
import { customerView } from './customer-view.ts';

export interface CustomerViewDeps {
  readonly settings: SettingsReader;
  readonly limits: NightlyLimitsReader;
  readonly touches: TouchStore;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
}

/** Customers as they stand now, by id. */
export async function customerViews(
  files: readonly CustomerFile[],
  role: Role,
  deps: CustomerViewDeps,
): Promise<ReadonlyMap<string, CustomerJson>> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const [reach, limits] = await Promise.all([readReach(files, settings, now, deps), deps.limits.nightlyLimits()]);
  const standingOf = standingReader(settings, limits, now);
  const predictedOf = predictedReader(limits?.predictions, settings, now);
  return new Map(
    files.map((file) => [
      file.id,
      customerView(file, { ...standingOf(file), predicted: predictedOf(file) }, now, settings, role, reach),
    ]),
  );
}
