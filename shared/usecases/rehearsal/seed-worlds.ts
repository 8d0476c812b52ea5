import { addressOf } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { enrolled } from '../../domain/journeys/enter.ts';
import type { Trigger } from '../../domain/journeys/journey.ts';
import { lastPurchase } from '../../domain/journeys/last-purchase.ts';
import { segmentEntry } from '../../domain/journeys/triggers.ts';
import { channels } from '../../domain/messages/message-class.ts';
import { enrolmentEntry, type Membership } from '../marketing-ports.ts';
import type { EnrolmentKey, LiveRows, TouchKey } from '../messages/messaging-ports.ts';
import { addressKeyOf } from '../messages/plan-touches.ts';
import type { Versioned } from '../ports.ts';
import { occurrencesAt } from './coming-up.ts';
import type { StoredFile, WorldSeeds } from './rehearsal-ports.ts';
import { isHeld, type RehearsalScene } from './rehearsal-scene.ts';

/** A customer to whom something may happen, and the keys of what waits of them. */
export interface Candidate {
  readonly stored: Versioned<StoredFile>;
  readonly waiting: readonly TouchKey[];
}

export interface Seeded {
  readonly seeds: WorldSeeds;
  /** Messages that wait with what was paused. */
  readonly held: number;
}

/** Reads what the worlds of a page begin with, in few requests for all of them. */
export async function seedsOf(page: readonly Candidate[], scene: RehearsalScene): Promise<Seeded[]> {
  const { touches } = scene.record;
  const memberships = await membershipsOf(page, scene);
  const known = page.map((one, index) => knownBefore(one.stored.value.file, memberships[index] ?? [], scene));
  const rows = await touches.readLive({
    contacts: page.flatMap(({ stored }) => idsOf(stored.value.file)),
    addresses: page.flatMap(({ stored }) => addressKeys(stored.value.file, scene)),
    touches: page.flatMap(({ waiting }) => waiting.filter(({ id }) => !isEntry(id))),
    enrolments: [
      ...page.flatMap(({ waiting }) => waiting.filter(({ id }) => isEntry(id)).map(enrolmentKeyOf)),
      ...known.flatMap(({ doubtful }) => doubtful),
    ],
    orders: known.flatMap(({ orders }) => orders),
  });
  const { orders } = await touches.readLive({ orders: ordersNamed(rows) });
  const shared = { ...rows, orders: new Map([...rows.orders, ...orders]) };
  // What is being handed over at this moment is no part of the next days.
  const planned = [...rows.touches.values()].filter(({ value }) => value.state === 'planned');
  const touchesOf = Map.groupBy(planned, ({ value }) => value.customer);
  const enrolmentsOf = Map.groupBy(rows.enrolments.values(), ({ value }) => value.customer);
  return page.map(({ stored }, index) => {
    const ids = idsOf(stored.value.file);
    const own = ids.flatMap((id) => touchesOf.get(id) ?? []);
    const going = own.filter(({ value }) => !isHeld(value.origin, scene));
    const enrolments = ids.flatMap((id) => enrolmentsOf.get(id) ?? []);
    const { past } = known[index] ?? { past: [] };
    const seeds = {
      file: stored,
      shared,
      touches: going,
      enrolments: enrolments.filter(({ value }) => !isHeld({ type: 'journey', id: value.journey }, scene)),
      memberships: memberships[index] ?? [],
      past,
    };
    return { seeds, held: own.length - going.length };
  });
}

function isEntry(id: string): boolean {
  return id.startsWith('#');
}

function enrolmentKeyOf({ customer, id: entry }: TouchKey): EnrolmentKey {
  return { customer, entry };
}

function ordersNamed({ touches, enrolments }: LiveRows): string[] {
  return [...touches.values(), ...enrolments.values()].flatMap(({ value }) => value.order ?? []);
}

/** What has come about by now: whoever looks has looked, and only lately may not have. */
interface KnownBefore {
  readonly past: readonly Enrolment[];
  /** Enrolments that there may be. */
  readonly doubtful: readonly EnrolmentKey[];
  /** Orders that tell whether it was learnt silently. */
  readonly orders: readonly string[];
}

function knownBefore(
  file: CustomerFile,
  memberships: readonly Versioned<Membership>[],
  scene: RehearsalScene,
): KnownBefore {
  const past: Enrolment[] = [];
  const doubtful: EnrolmentKey[] = entriesSeen(file, memberships, scene);
  const orders: string[] = [];
  for (const { journey, occurrence, news } of occurrencesAt(file, scene.asOf, scene)) {
    if (news === 'stale') {
      const { dueAt: _over, ...enrolment } = enrolled(file.id, journey, occurrence);
      past.push({ ...enrolment, state: 'stale' });
    } else if (occurrence.at <= scene.asOf) {
      const entry = enrolmentEntry({ journey: journey.id, occurrence: occurrence.name });
      doubtful.push(...idsOf(file).map((customer) => ({ customer, entry })));
      orders.push(...[occurrence.order ?? lastPurchase(file, scene.asOf)?.ref].filter((ref) => ref !== undefined));
    }
  }
  return { past, doubtful, orders };
}

function entriesSeen(
  file: CustomerFile,
  memberships: readonly Versioned<Membership>[],
  { watched }: RehearsalScene,
): EnrolmentKey[] {
  return memberships.flatMap(({ value: { journey: id, isIn, since } }) => {
    const trigger = watched.find(({ journey }) => journey.id === id)?.journey.definition.trigger;
    if (!isIn || since === undefined || !trigger) return [];
    const entry = enrolmentEntry({ journey: id, occurrence: entryName(trigger, file, since) });
    return idsOf(file).map((customer) => ({ customer, entry }));
  });
}

function entryName(trigger: Trigger, file: CustomerFile, since: number): string {
  if (trigger.on === 'tag.added') return `tag ${trigger.tag} ${since}`;
  return segmentEntry(trigger.on === 'segment.entered' ? trigger.segment : '', file, since).name;
}

async function membershipsOf(
  page: readonly Candidate[],
  { watched, record }: RehearsalScene,
): Promise<Versioned<Membership>[][]> {
  const ids = page.flatMap(({ stored }) => idsOf(stored.value.file));
  const found: ReadonlyMap<string, Versioned<Membership>>[] = [];
  for (const { journey } of ids.length === 0 ? [] : watched) {
    found.push(await record.enrolments.readMemberships(journey.id, ids));
  }
  return page.map(({ stored }) =>
    found.flatMap((rows) => idsOf(stored.value.file).flatMap((id) => rows.get(id) ?? [])),
  );
}

function addressKeys(file: CustomerFile, { record }: RehearsalScene): string[] {
  return channels.flatMap((channel) => {
    const address = addressOf(file, channel);
    return address === undefined ? [] : [addressKeyOf(channel, address, record.identityHash)];
  });
}
