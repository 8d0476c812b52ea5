import type { Instant } from '../../domain/calendar.ts';
import type { Standings } from '../../domain/campaigns/recipient.ts';
import {
  addressOf,
  emptyAddressRow,
  emptyContactRow,
  type LiveRecord,
  standingOf,
} from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { lastShop } from '../../domain/journeys/last-purchase.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { LiveRows, TouchStore } from '../messages/messaging-ports.ts';
import { addressKeyOf } from '../messages/plan-touches.ts';
import type { Shop, ShopReader, ShopStore } from '../ports.ts';

/** A customer of the segment, with all that decides what they get. */
export interface Member {
  readonly file: CustomerFile;
  /** Shop that speaks to them. */
  readonly shop?: Shop;
  readonly standings: Standings;
}

export interface MemberDeps {
  readonly touches: Pick<TouchStore, 'readLive'>;
  readonly identityHash: (text: string) => string;
}

/** The shop that speaks: the campaign's, else that of the last purchase, else the first there is. */
export type Speaker = (file: CustomerFile) => Promise<Shop | undefined>;

export function speakerOf(
  shopId: string | undefined,
  now: Instant,
  shops: ShopReader & Pick<ShopStore, 'listShops'>,
): Speaker {
  const known = new Map<string, Promise<Shop | undefined>>();
  let first: Promise<Shop | undefined> | undefined;
  const shop = (id: string) => {
    const found = known.get(id) ?? shops.shop(id);
    known.set(id, found);
    return found;
  };
  const firstShop = async () => {
    const [one] = (await shops.listShops(undefined, 1)).items;
    return one && shop(one.id);
  };
  return async (file) => {
    const id = shopId ?? lastShop(file, now);
    const spoken = id === undefined ? undefined : await shop(id);
    if (spoken) return spoken;
    first ??= firstShop();
    return first;
  };
}

/** Reads where customers stand on these channels, in as few requests as there are hundreds of rows. */
export async function readMembers(
  files: readonly CustomerFile[],
  channels: readonly Channel[],
  speaker: Speaker,
  settings: Settings,
  now: Instant,
  { touches, identityHash }: MemberDeps,
): Promise<Member[]> {
  if (files.length === 0) return [];
  const addresses = files.map((file) => addressesOf(file, channels, identityHash));
  const live = await touches.readLive({
    contacts: files.flatMap(idsOf),
    addresses: addresses.flatMap((some) => [...some.values()].map(({ key }) => key)),
  });
  return Promise.all(
    files.map(async (file, index) => {
      const shop = await speaker(file);
      const records = recordsOf(file, addresses[index] ?? new Map(), live, shop?.timezone ?? settings.timezone);
      const standings = new Map(
        channels.map((channel) => [channel, standingOf(records(channel), channel, settings, now)] as const),
      );
      return { file, standings, ...(shop && { shop }) };
    }),
  );
}

type Addresses = ReadonlyMap<Channel, { readonly value: string; readonly key: string }>;

function addressesOf(
  file: CustomerFile,
  channels: readonly Channel[],
  identityHash: (text: string) => string,
): Addresses {
  return new Map(
    channels.flatMap((channel) => {
      const value = addressOf(file, channel);
      return value === undefined
        ? []
        : [[channel, { value, key: addressKeyOf(channel, value, identityHash) }] as const];
    }),
  );
}

function recordsOf(
  file: CustomerFile,
  addresses: Addresses,
  live: Pick<LiveRows, 'contacts' | 'addresses'>,
  shopZone: string,
): (channel: Channel) => LiveRecord {
  const contacts = idsOf(file).map((id) => live.contacts.get(id)?.value ?? emptyContactRow(id));
  return (channel) => {
    const address = addresses.get(channel);
    return {
      file,
      contacts,
      ...(address && {
        address: { value: address.value, row: live.addresses.get(address.key)?.value ?? emptyAddressRow(address.key) },
      }),
      shopZone,
    };
  };
}
