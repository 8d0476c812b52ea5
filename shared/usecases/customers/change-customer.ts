import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { type CustomerFile, factsOf, type Update, withUpdate } from '../../domain/customers/customer-file.ts';
import { compareStrength } from '../../domain/customers/identity.ts';
import {
  consentAbout,
  consentFieldsOf,
  consentSourceField,
  type Said,
  type Statements,
} from '../../domain/customers/statements.ts';
import { NotFoundError, StateConflictError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { RecordingDeps } from '../orders/record-order.ts';
import type { Clock, CustomerStore } from '../ports.ts';
import { retried } from '../retried.ts';
import { noticeFile } from './attach-to-customer.ts';
import { resolveFiles } from './resolve-files.ts';

/** What is said of a customer by hand, as decided on the file as it is. */
export interface ByHand<Outcome> {
  readonly statements?: Readonly<Record<string, Said>>;
  readonly points?: Update['points'];
  readonly outcome: Outcome;
}

export interface ChangedCustomer<Outcome> {
  readonly file: CustomerFile;
  readonly outcome: Outcome;
}

/** A person's or a journey's change gives way to others for longer than a webhook does, which has a queue to go to. */
const tries = 8;

/**
 * Writes down what is said of a customer by hand: an update like any from outside orders, under the strongest identity,
 * so that it stays with the person through merging and regrouping. Decided and written on one version of the file.
 * @param decide may refuse by throwing; it is asked again when somebody else wrote the file meanwhile
 * @throws NotFoundError, whatever `decide` throws, ConflictError after many lost tries; then nothing was written
 */
export function changeCustomer<Outcome>(
  id: string,
  decide: (file: CustomerFile, now: Instant) => ByHand<Outcome>,
  settings: Settings,
  deps: RecordingDeps,
): Promise<ChangedCustomer<Outcome>> {
  return retried(() => tryChange(id, decide, settings, deps), deps, tries);
}

async function tryChange<Outcome>(
  id: string,
  decide: (file: CustomerFile, now: Instant) => ByHand<Outcome>,
  settings: Settings,
  deps: { readonly store: CustomerStore; readonly clock: Clock },
): Promise<ChangedCustomer<Outcome>> {
  const resolved = await resolveFiles([id], deps.store);
  const stored = resolved.files.get(resolved.idOf(id) ?? id);
  if (!stored) throw new NotFoundError('There is no such customer.');
  const { value: before, version } = stored;
  const now = deps.clock.now();
  const { statements = {}, points, outcome } = decide(before, now);
  const after = withUpdate(before, {
    identities: [strongestOf(before)],
    statements: stampedAfter(before, statements, now),
    ...(points && { points }),
  });
  if (sameContent(factsOf(before), factsOf(after))) return { file: before, outcome };
  const told = noticeFile(after, 'purchase', settings, deps.clock);
  await deps.store.commit({
    cause: `hand#${before.id}#${version}`,
    files: [{ value: told.item, version }],
    migrations: told.migrations,
  });
  return { file: after, outcome };
}

function strongestOf({ identities }: CustomerFile): string {
  const [strongest] = [...identities].sort(compareStrength);
  if (strongest === undefined) throw new StateConflictError('Nothing leads to this customer any more.');
  return strongest;
}

/**
 * Later than what is known of each field, though a shop's clock may be ahead. Who says the same again says nothing, but
 * for consent: its address may have said otherwise since, by a link or an answer. Where it was said bears the consent's time.
 */
function stampedAfter(
  { statements: known }: CustomerFile,
  said: Readonly<Record<string, Said>>,
  now: Instant,
): Statements {
  const news = Object.entries(said).filter(([field, value]) => consentAbout(field) || known[field]?.value !== value);
  const knownAt = (field: string) => Math.max(...fieldsBeside(field).map((one) => known[one]?.at ?? 0));
  return Object.fromEntries(news.map(([field, value]) => [field, { value, at: Math.max(now, knownAt(field) + 1) }]));
}

/** What a new word must be later than: that of its own field; of a consent also what names no address, and where it was said. */
function fieldsBeside(field: string): string[] {
  const about = consentAbout(field);
  if (!about) return [field];
  return [...consentFieldsOf(about.channel, about.address), consentSourceField(about.channel, about.address)];
}
