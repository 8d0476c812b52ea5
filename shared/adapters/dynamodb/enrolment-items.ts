import { tables } from '../../contracts/tables.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { dueShards, shardOf } from '../../domain/sharding.ts';
import { enrolmentEntry, type Membership } from '../../usecases/marketing-ports.ts';
import type { EnrolmentKey } from '../../usecases/messages/messaging-ports.ts';
import type { Versioned } from '../../usecases/ports.ts';
import { nextVersion, versionOf } from './conditional-put.ts';
import { dueKey, dueShardKey } from './customer-items.ts';
import { type Item, textOf } from './touch-items.ts';

/** How enrolments lie in the table of touches: below every touch, `#journey#occurrence`, with their due minute. */

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;

export function enrolmentKeyItem({ customer, entry }: EnrolmentKey): Item {
  return { [CUSTOMER]: { S: customer }, [TOUCH]: { S: entry } };
}

/** What stands in the key is left out. */
type EnrolmentText = Omit<Enrolment, 'customer' | 'journey' | 'occurrence'>;

export function enrolmentItem({ value, version }: Versioned<Enrolment>): Item {
  const { customer, journey: _in, occurrence: _key, ...text } = value;
  return {
    ...enrolmentKeyItem({ customer, entry: enrolmentEntry(value) }),
    ...nextVersion(version),
    state: { S: JSON.stringify(text satisfies EnrolmentText) },
    ...(value.state === 'active' &&
      value.dueAt !== undefined && {
        [indexes.due.partitionKey]: { S: dueShardKey(shardOf(customer, dueShards)) },
        [indexes.due.sortKey]: { S: dueKey(value.dueAt) },
      }),
  };
}

export function readEnrolmentItem(item: Item): Versioned<Enrolment> {
  const entry = textOf(item, TOUCH);
  const end = entry.indexOf('#', 1);
  const text = JSON.parse(textOf(item, 'state')) as EnrolmentText;
  return {
    value: {
      ...text,
      customer: textOf(item, CUSTOMER),
      journey: entry.slice(1, end),
      occurrence: entry.slice(end + 1),
    },
    version: versionOf(item),
  };
}

/** No occurrence has this name: they are all of several words. */
const MEMBER = 'member';

export function isMembership(item: Item): boolean {
  const entry = textOf(item, TOUCH);
  return entry.slice(entry.indexOf('#', 1) + 1) === MEMBER;
}

export function membershipKeyItem({ customer, journey }: Pick<Membership, 'customer' | 'journey'>): Item {
  return enrolmentKeyItem({ customer, entry: enrolmentEntry({ journey, occurrence: MEMBER }) });
}

export function membershipItem({ value: { customer, journey, ...text }, version }: Versioned<Membership>): Item {
  return {
    ...membershipKeyItem({ customer, journey }),
    ...nextVersion(version),
    state: { S: JSON.stringify(text) },
  };
}

/** @param item undefined where nothing is known yet */
export function readMembershipItem(customer: string, journey: string, item: Item | undefined): Versioned<Membership> {
  if (!item) return { value: { customer, journey, isIn: false }, version: 0 };
  const text = JSON.parse(textOf(item, 'state')) as Omit<Membership, 'customer' | 'journey'>;
  return { value: { ...text, customer, journey }, version: versionOf(item) };
}

/** Names an enrolment among those read together. */
export function enrolmentName(enrolment: Pick<Enrolment, 'customer' | 'journey' | 'occurrence'>): string {
  return `${enrolment.customer} ${enrolmentEntry(enrolment)}`;
}
