import type { Instant } from '../../domain/calendar.ts';
import { zoneOf } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { enrolled, isForShop, mayEnter, moved, newsOf } from '../../domain/journeys/enter.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import { lastPurchase } from '../../domain/journeys/last-purchase.ts';
import { isOrderTrigger, occurrencesOfOrder } from '../../domain/journeys/order-occurrences.ts';
import { occurrencesOfEvents, occurrencesOfFile } from '../../domain/journeys/triggers.ts';
import { shopOfRef } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { readBehaviourOfAll } from '../behaviour/take-in-behaviour.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import { enrolmentEntry } from '../marketing-ports.ts';
import type { LiveRows } from '../messages/messaging-ports.ts';
import { callAgain, keysOfMessages, noCounts, type PlanCounts } from '../messages/plan-touches.ts';
import { ConflictError, type CustomerStore, type StoredOrder } from '../ports.ts';
import type { Cause } from './cause.ts';
import { entriesIntoSegments } from './enter-segments.ts';
import type { JourneyRunDeps } from './journey-deps.ts';
import { learntSilently, tellsOf } from './old-news.ts';
import { type Begun, finishSteps, type Step, takeSteps } from './run-journeys.ts';

/** Looks at orders that have changed and lets customers enter the journeys they call for. Looking twice enters nobody twice. */
export async function enterForOrders(refs: readonly string[], deps: JourneyRunDeps): Promise<PlanCounts> {
  const now = deps.clock.now();
  const journeys = (await running(deps)).filter(({ definition }) => isOrderTrigger(definition.trigger));
  if (journeys.length === 0) return noCounts();
  const settings = await deps.settings.settings(now);
  const stored = [...(await deps.store.readOrders(refs)).values()].map(({ value }) => value);
  const found: (Omit<Cause, 'file'> & { readonly customer: string })[] = [];
  for (const one of stored) {
    const { order, customer } = one;
    if (customer === undefined) continue;
    const zone = (await deps.shops.shop(order.shop))?.timezone ?? settings.timezone;
    for (const journey of journeys) {
      const { trigger } = journey.definition;
      for (const occurrence of occurrencesOfOrder(trigger, order, zone, now)) {
        if (tellsOf(trigger, occurrence, one)) found.push({ journey, occurrence, customer, order });
      }
    }
  }
  if (found.length === 0) return noCounts();
  const resolved = await resolveFiles(
    found.map(({ customer }) => customer),
    deps.store,
  );
  const causes = found.flatMap(({ customer, ...cause }) => {
    const file = resolved.files.get(resolved.idOf(customer) ?? '')?.value;
    return file ? [{ ...cause, file }] : [];
  });
  return enter(meantBy(causes, settings, now), settings, now, deps);
}

/**
 * Looks at customers whose files have changed, or who did something, as `enterForOrders` at orders.
 * @param read where the files are read, for whoever looks at them once more afterwards
 */
export async function enterForCustomers(
  ids: readonly string[],
  deps: JourneyRunDeps,
  read: Pick<CustomerStore, 'readFiles'> = deps.store,
): Promise<PlanCounts> {
  const now = deps.clock.now();
  const journeys = (await running(deps)).filter(({ definition }) => !isOrderTrigger(definition.trigger));
  if (journeys.length === 0) return noCounts();
  const settings = await deps.settings.settings(now);
  const { files: found } = await resolveFiles(ids, read);
  const files = [...found.values()].map(({ value }) => value);
  const causes = [
    ...(await causesOfFiles(files, journeys, settings, now, deps)),
    ...(await causesOfEvents(files, journeys, now, deps)),
    ...(await entriesIntoSegments(files, journeys, settings, now, deps)),
  ];
  return enter(await withoutOldNews(meantBy(causes, settings, now), now, deps), settings, now, deps);
}

/** Without what happened before a journey was on, or in a shop it is not on for. */
export function meantBy(causes: readonly Cause[], settings: Settings, now: Instant): Cause[] {
  return causes.filter(({ journey, occurrence }) => {
    const isMeant = isForShop(journey.definition, occurrence.shop);
    return isMeant && newsOf(occurrence, journey, settings, now) !== 'before';
  });
}

/** Journeys that customers may enter now. */
async function running({ journeys }: Pick<JourneyRunDeps, 'journeys'>): Promise<Journey[]> {
  return (await journeys.journeys()).filter(({ enabled, pausedAt }) => enabled && pausedAt === undefined);
}

async function causesOfFiles(
  files: readonly CustomerFile[],
  journeys: readonly Journey[],
  settings: Settings,
  now: Instant,
  { shops }: Pick<JourneyRunDeps, 'shops'>,
): Promise<Cause[]> {
  const causes: Cause[] = [];
  for (const file of files) {
    const last = lastPurchase(file, now);
    const shop = last && (await shops.shop(shopOfRef(last.ref)));
    const zone = zoneOf(file, shop?.timezone ?? settings.timezone);
    for (const journey of journeys) {
      const occurrences = occurrencesOfFile(journey.definition.trigger, file, zone, settings, now);
      causes.push(...occurrences.map((occurrence) => ({ journey, occurrence, file })));
    }
  }
  return causes;
}

/** What they did lately is read only where a journey asks for it. */
async function causesOfEvents(
  files: readonly CustomerFile[],
  journeys: readonly Journey[],
  now: Instant,
  { behaviour }: Pick<JourneyRunDeps, 'behaviour'>,
): Promise<Cause[]> {
  const asking = journeys.filter(({ definition }) => definition.trigger.on === 'event');
  if (asking.length === 0 || files.length === 0) return [];
  const events = await readBehaviourOfAll(files, now, behaviour);
  return files.flatMap((file) =>
    asking.flatMap((journey) =>
      occurrencesOfEvents(journey.definition.trigger, events.get(file.id) ?? [], file, now).map((occurrence) => ({
        journey,
        occurrence,
        file,
      })),
    ),
  );
}

/** What somebody had come to when the purchase that decides it was imported is old news; what comes later is none. */
async function withoutOldNews(
  causes: readonly Cause[],
  now: Instant,
  { store }: Pick<JourneyRunDeps, 'store'>,
): Promise<Cause[]> {
  const decisive = causes.map(({ occurrence, file }) => occurrence.order ?? lastPurchase(file, now)?.ref);
  const refs = new Set(decisive.filter((ref) => ref !== undefined));
  if (refs.size === 0) return [...causes];
  const orders: ReadonlyMap<string, { readonly value: StoredOrder }> = await store.readOrders([...refs]);
  return causes.filter(({ occurrence }, index) => {
    const order = orders.get(decisive[index] ?? '')?.value;
    return !order || !learntSilently('paidAt', occurrence, order);
  });
}

/** Lets in whoever is not in yet, and takes each as far as they go. */
export async function enter(
  causes: readonly Cause[],
  settings: Settings,
  now: Instant,
  deps: JourneyRunDeps,
): Promise<PlanCounts> {
  if (causes.length === 0) return noCounts();
  const begun = causes.map((cause) => beginning(cause, settings, now));
  const steps = await takeSteps(begun, settings, now, deps);
  const live = await deps.touches.readLive({
    ...keysOfMessages(
      steps.flatMap(({ messages }) => messages),
      deps,
    ),
    enrolments: causes.flatMap(possibleEnrolments),
  });
  const { fresh, known } = await parted(steps, causes, live, deps);
  const { counts, lost } = await finishSteps(fresh, live, settings, now, deps);
  // Whoever else lets in the same customer for the same cause does the same; what is still missing comes with the retry.
  if (lost.length > 0 && !(await areIn(lost, deps))) throw new ConflictError('others let in the same customers');
  await callAgain(
    known.flatMap(({ messages }) => messages),
    live,
    now,
    deps,
  );
  return counts;
}

function beginning({ journey, occurrence, file, order }: Cause, settings: Settings, now: Instant): Begun {
  const stale = newsOf(occurrence, journey, settings, now) === 'stale';
  const enrolment = enrolled(file.id, journey, occurrence);
  const traveller = { enrolment, definition: journey.definition, file, ...(order && { order }) };
  return { traveller, version: 0, input: { type: 'start', at: now, ...(stale && { stale }) } };
}

/** Under whichever id they may have entered. */
function possibleEnrolments({ journey, occurrence, file }: Cause) {
  const entry = enrolmentEntry({ journey: journey.id, occurrence: occurrence.name });
  return idsOf(file).map((customer) => ({ customer, entry }));
}

/** Those who enter now, and those who have entered for this very cause. */
async function parted(
  steps: readonly Step[],
  causes: readonly Cause[],
  live: LiveRows,
  deps: JourneyRunDeps,
): Promise<{ fresh: Step[]; known: Step[] }> {
  const fresh: Step[] = [];
  const known: Step[] = [];
  const begun = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const cause = causes[index];
    if (!cause) continue;
    const keys = possibleEnrolments(cause);
    const there = keys.flatMap(({ customer, entry }) => live.enrolments.get(`${customer} ${entry}`) ?? [])[0];
    const name = `${step.traveller.file.id} ${keys[0]?.entry}`;
    if (there) {
      known.push(step);
      const elsewhere = moved(there.value, cause.occurrence);
      if (elsewhere) await deps.enrolments.saveEnrolment({ value: elsewhere, version: there.version });
    } else if (!begun.has(name) && (await mayEnterNow(cause, begun, deps))) {
      begun.add(name);
      fresh.push(step);
    }
  }
  return { fresh, known };
}

/** Asks what the customer has been through only where the journey's rule wants to know. */
async function mayEnterNow(
  { journey, occurrence, file }: Cause,
  begun: ReadonlySet<string>,
  { enrolments }: Pick<JourneyRunDeps, 'enrolments'>,
): Promise<boolean> {
  const { definition } = journey;
  if (definition.reentry === 'each') return true;
  // Of two causes found at once only one lets in.
  if ([...begun].some((name) => name.startsWith(`${file.id} #${journey.id}#`))) return false;
  const earlier: Enrolment[] = [];
  for (const id of idsOf(file)) {
    earlier.push(...(await enrolments.listEnrolments(id, journey.id)).map(({ value }) => value));
  }
  return mayEnter(definition, earlier, occurrence.at);
}

async function areIn(steps: readonly Step[], { enrolments }: Pick<JourneyRunDeps, 'enrolments'>): Promise<boolean> {
  const keys = steps.map(({ traveller: { enrolment } }) => ({
    customer: enrolment.customer,
    entry: enrolmentEntry(enrolment),
  }));
  return (
    (await enrolments.readEnrolments(keys)).size ===
    new Set(keys.map(({ customer, entry }) => `${customer} ${entry}`)).size
  );
}
