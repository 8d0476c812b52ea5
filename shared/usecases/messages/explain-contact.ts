import type { Instant } from '../../domain/calendar.ts';
import {
  addressOf,
  blockOf,
  type ConsentState,
  emptyContactRow,
  type LiveRecord,
  standingOf,
} from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { type Channel, channels } from '../../domain/messages/message-class.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import { everyPage } from '../every-page.ts';
import type { TouchStore } from './messaging-ports.ts';
import { addressKeyOf } from './plan-touches.ts';

export interface StandingDeps {
  readonly touches: Pick<TouchStore, 'readLive'>;
  readonly identityHash: (text: string) => string;
}

/** Live records by customer and channel. */
export type Records = ReadonlyMap<string, LiveRecord>;

export function recordOf(records: Records, file: CustomerFile, channel: Channel): LiveRecord {
  const record = records.get(`${file.id} ${channel}`);
  if (!record) throw new Error('the record was not read');
  return record;
}

/** What decides on messages to these customers, in one request. */
export async function readRecords(
  files: readonly CustomerFile[],
  shopZone: string,
  { touches, identityHash }: StandingDeps,
): Promise<Map<string, LiveRecord>> {
  const key = (channel: Channel, address: string) => addressKeyOf(channel, address, identityHash);
  const everywhere = files.flatMap((file) => channels.map((channel) => ({ file, channel })));
  const live = await touches.readLive({
    contacts: files.flatMap((file) => idsOf(file)),
    addresses: everywhere.flatMap(({ file, channel }) => {
      const address = addressOf(file, channel);
      return address === undefined ? [] : [key(channel, address)];
    }),
  });
  return new Map(
    everywhere.map(({ file, channel }) => {
      const value = addressOf(file, channel);
      const row = value === undefined ? undefined : live.addresses.get(key(channel, value))?.value;
      const record = {
        file,
        contacts: idsOf(file).map((id) => live.contacts.get(id)?.value ?? emptyContactRow(id)),
        ...(value !== undefined && row && { address: { value, row } }),
        shopZone,
      };
      return [`${file.id} ${channel}`, record];
    }),
  );
}

/** What may be sent where, as it stands now. */
export interface Reach {
  readonly consent: ConsentState;
  /** Something other than a transactional message could get there. */
  readonly reachable: boolean;
}

/** Consent and reach of some customers on every channel, in one request. */
export async function readReach(
  files: readonly CustomerFile[],
  settings: Settings,
  now: Instant,
  deps: StandingDeps,
): Promise<(id: string, channel: Channel) => Reach> {
  if (files.length === 0) return () => ({ consent: 'unknown', reachable: false });
  const records = await readRecords(files, settings.timezone, deps);
  return (id, channel) => {
    const record = records.get(`${id} ${channel}`);
    const address = record && standingOf(record, channel, settings, now).address;
    const isBlocked = record?.address !== undefined && blockOf(record.address.row) !== undefined;
    const consent = isBlocked ? 'denied' : (address?.consent.state ?? 'unknown');
    return { consent, reachable: address !== undefined && consent === 'granted' };
  };
}

/** Every message to a customer, under whichever id it was planned, newest first. */
export async function allTouches(file: CustomerFile, store: Pick<TouchStore, 'listTouches'>): Promise<Touch[]> {
  const found: Touch[] = [];
  for (const id of idsOf(file)) {
    for await (const page of everyPage((after) => store.listTouches(id, after, 500))) found.push(...page);
  }
  return found.sort((a, b) => b.plannedAt - a.plannedAt || (a.id < b.id ? -1 : 1));
}
