import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import { type GateResult, gateNames } from '../../domain/contact-policy/gates.ts';
import {
  type AddressRow,
  type ContactRow,
  emptyAddressRow,
  emptyContactRow,
} from '../../domain/contact-policy/standing.ts';
import { briefOf } from '../../domain/effect/touch-brief.ts';
import { dueShards, shardOf } from '../../domain/sharding.ts';
import { type Claim, isOpen, type Touch, type TouchOrigin } from '../../domain/touches/touch.ts';
import type { TouchKey } from '../../usecases/messages/messaging-ports.ts';
import type { Versioned } from '../../usecases/ports.ts';
import { nextVersion, versionOf } from './conditional-put.ts';
import { dueKey, dueShardKey } from './customer-items.ts';

/** How touches, and what limits them, lie in the tables: keys and the due minute as attributes, the rest one JSON text. */
export type Item = Record<string, AttributeValue>;

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;
const { partitionKey: CONTACT } = tables.contacts;

export function touchKeyItem({ customer, id }: TouchKey): Item {
  return { [CUSTOMER]: { S: customer }, [TOUCH]: { S: id } };
}

/** Below every touch lie enrolments and campaigns, which begin with `#`. */
export const firstTouch = '$';

export function isTouchItem(item: Item): boolean {
  return textOf(item, TOUCH) >= firstTouch;
}

/** Gates by their place in the list, `[gate, passed, seen, until]`: a third of the bytes. */
type GateRow = readonly [number, 0 | 1, GateResult['seen'], number?];

/** What stands in the key or is as usual is left out: most touches then fit into a kilobyte, a unit of writing. */
interface TouchText
  extends Omit<Touch, 'customer' | 'id' | 'judged' | 'claim' | 'refusals' | 'reactions' | 'linkName'> {
  readonly judged?: readonly [number, readonly GateRow[]];
  readonly claim?: Pick<Claim, 'at' | 'until'> & Partial<Claim>;
  readonly refusals?: number;
  readonly reactions?: Touch['reactions'];
}

export function touchItem({ value, version }: Versioned<Touch>): Item {
  const { customer, id, judged, claim, refusals, reactions, linkName, ...rest } = value;
  const text: TouchText = {
    ...rest,
    ...(judged && { judged: [judged.at, judged.gates.map(gateRow)] }),
    ...(claim && { claim: claimText(claim, value) }),
    ...(refusals > 0 && { refusals }),
    ...(Object.keys(reactions).length > 0 && { reactions }),
  };
  return {
    ...touchKeyItem(value),
    ...nextVersion(version),
    state: { S: JSON.stringify(text) },
    ...(isOpen(value) &&
      value.dueAt !== undefined && {
        [indexes.due.partitionKey]: { S: dueShardKey(shardOf(customer, dueShards)) },
        [indexes.due.sortKey]: { S: dueKey(value.dueAt) },
      }),
    [indexes.byOrigin.partitionKey]: { S: originShardKey(value.origin, shardOf(customer, originShards)) },
    ...(linkName !== undefined && { [indexes.byLink.partitionKey]: { S: linkName } }),
    brief: { S: JSON.stringify(briefOf(value)) },
  };
}

/** Partitions over which the touches of one campaign or journey are spread. */
export const originShards = 8;

export function originShardKey({ type, id }: Pick<TouchOrigin, 'type' | 'id'>, shard: number): string {
  return `${type}#${id}#${shard}`;
}

function claimText({ at, until, address, customer }: Claim, touch: Touch): TouchText['claim'] & {} {
  return {
    at,
    until,
    ...(address !== touch.plannedAddress && { address }),
    ...(customer !== touch.customer && { customer }),
  };
}

function gateRow({ gate, passed, seen, until }: GateResult): GateRow {
  const row = [gateNames.indexOf(gate), passed ? 1 : 0, seen] as const;
  return until === undefined ? row : [...row, until];
}

export function readTouchItem(item: Item): Versioned<Touch> {
  const { judged, claim, refusals = 0, reactions = {}, ...rest } = JSON.parse(textOf(item, 'state')) as TouchText;
  const customer = textOf(item, CUSTOMER);
  const linkName = textOf(item, indexes.byLink.partitionKey);
  const value: Touch = {
    ...rest,
    customer,
    id: textOf(item, TOUCH),
    refusals,
    reactions,
    ...(linkName !== '' && { linkName }),
    ...(judged && { judged: { at: judged[0], gates: judged[1].flatMap(readGateRow) } }),
    ...(claim && { claim: { address: rest.plannedAddress ?? '', customer, ...claim } }),
  };
  return { value, version: versionOf(item) };
}

function readGateRow([index, passed, seen, until]: GateRow): GateResult[] {
  const gate = gateNames[index];
  return gate === undefined ? [] : [{ gate, passed: passed === 1, seen, ...(until !== undefined && { until }) }];
}

export function contactKey(customer: string): Item {
  return { [CONTACT]: { S: `customer#${customer}` } };
}

/** What a customer did lately lies beside what was sent to them. */
export function behaviourKey(customer: string): Item {
  return { [CONTACT]: { S: `behaviour#${customer}` } };
}

export function addressKey(key: string): Item {
  return { [CONTACT]: { S: `address#${key}` } };
}

export function contactItem({ value: { customer, ...rest }, version }: Versioned<ContactRow>): Item {
  return { ...contactKey(customer), ...nextVersion(version), state: { S: JSON.stringify(rest) } };
}

export function addressItem({ value: { key, ...rest }, version }: Versioned<AddressRow>): Item {
  return { ...addressKey(key), ...nextVersion(version), state: { S: JSON.stringify(rest) } };
}

/** @param item undefined where there is none yet */
export function readContactItem(customer: string, item: Item | undefined): Versioned<ContactRow> {
  if (!item) return { value: emptyContactRow(customer), version: 0 };
  const rest = JSON.parse(textOf(item, 'state')) as Omit<ContactRow, 'customer'>;
  return { value: { ...rest, customer }, version: versionOf(item) };
}

export function readAddressItem(key: string, item: Item | undefined): Versioned<AddressRow> {
  if (!item) return { value: emptyAddressRow(key), version: 0 };
  const rest = JSON.parse(textOf(item, 'state')) as Omit<AddressRow, 'key'>;
  return { value: { ...rest, key }, version: versionOf(item) };
}

export function textOf(item: Item, attribute: string): string {
  return item[attribute]?.S ?? '';
}
