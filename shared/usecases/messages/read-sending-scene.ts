import type { RecentContact } from '../../domain/contact-policy/caps.ts';
import {
  type AddressRow,
  addressOf,
  type ContactRow,
  emptyAddressRow,
  emptyContactRow,
  type LiveRecord,
} from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import { ConflictError, type Shop, type ShopReader, type StoredOrder, type Versioned } from '../ports.ts';
import type { LiveRows, TouchStore } from './messaging-ports.ts';
import { addressKeyOf } from './plan-touches.ts';

type Rows<T> = readonly Versioned<T>[];

interface SceneDeps {
  readonly touches: TouchStore;
  readonly shops: ShopReader;
  readonly identityHash: (text: string) => string;
}

/**
 * Everything that judging and composing a customer's due messages needs, as read at one moment; what this sender writes
 * itself is kept up to date in it.
 */
export interface SendingScene {
  readonly file: CustomerFile;
  readonly fileVersion: number;
  /** The customer's own row of caps, which claims are written to. */
  readonly contact: Versioned<ContactRow>;
  addressRow(key: string): Versioned<AddressRow>;
  order(ref: string | undefined): StoredOrder | undefined;
  shopOf(touch: Touch): Shop | undefined;
  recordFor(touch: Touch): LiveRecord;
  /** A more urgent message will take this place. */
  reserve(place: RecentContact): void;
  /** Rows this sender has written, with the versions they were written on. */
  written(rows: { readonly addresses: Rows<AddressRow>; readonly contacts: Rows<ContactRow> }): void;
}

/**
 * Reads the scene in one request; one more for each merge on the way, and where an address has changed since the touches
 * were planned.
 * @returns undefined when there is no such customer any more
 */
export async function readSendingScene(
  customer: string,
  due: readonly Versioned<Touch>[],
  settings: Settings,
  deps: SceneDeps,
): Promise<SendingScene | undefined> {
  const orders = due.flatMap(({ value }) => value.order ?? []);
  const planned = due.flatMap(({ value }) => value.plannedAddress ?? []);
  const live = await deps.touches.readLive({ customers: [customer], contacts: [customer], addresses: planned, orders });
  const found = await followMerges(customer, live, deps);
  if (!found) return undefined;
  const { value: file, version } = found;
  const rows = await restOf(file, due, live, deps);
  const shops = await shopsOf(due, deps);
  return sceneOf(file, version, { ...live, ...rows }, shops, settings, deps);
}

async function followMerges(
  customer: string,
  live: LiveRows,
  deps: SceneDeps,
): Promise<Versioned<CustomerFile> | undefined> {
  let item = live.files.get(customer);
  for (let steps = 0; item; steps++) {
    if (item.value.type === 'file') return { value: item.value.file, version: item.version };
    if (item.value.type === 'erased') return undefined;
    if (steps > 20) throw new ConflictError('files changed while they were read');
    const { to } = item.value;
    item = (await deps.touches.readLive({ customers: [to] })).files.get(to);
  }
  return undefined;
}

/** Rows of those merged into the customer, and of addresses that are others than planned. */
async function restOf(
  file: CustomerFile,
  due: readonly Versioned<Touch>[],
  live: LiveRows,
  deps: SceneDeps,
): Promise<Pick<LiveRows, 'contacts' | 'addresses'>> {
  const keys = due.flatMap(({ value }) => {
    const address = addressOf(file, value.channel, live.orders.get(value.order ?? '')?.value.order);
    return address === undefined ? [] : [addressKeyOf(value.channel, address, deps.identityHash)];
  });
  const addresses = keys.filter((key) => !live.addresses.has(key));
  const contacts = idsOf(file).filter((id) => !live.contacts.has(id));
  if (addresses.length === 0 && contacts.length === 0) return live;
  const more = await deps.touches.readLive({ contacts, addresses });
  return {
    contacts: new Map([...live.contacts, ...more.contacts]),
    addresses: new Map([...live.addresses, ...more.addresses]),
  };
}

async function shopsOf(due: readonly Versioned<Touch>[], { shops }: SceneDeps): Promise<Map<string, Shop>> {
  const found = new Map<string, Shop>();
  for (const { value } of due) {
    if (value.shop === undefined || found.has(value.shop)) continue;
    const shop = await shops.shop(value.shop);
    if (shop) found.set(value.shop, shop);
  }
  return found;
}

function sceneOf(
  file: CustomerFile,
  fileVersion: number,
  rows: LiveRows,
  shops: ReadonlyMap<string, Shop>,
  settings: Settings,
  deps: SceneDeps,
): SendingScene {
  const contacts = new Map(rows.contacts);
  const addresses = new Map(rows.addresses);
  const reserved: RecentContact[] = [];
  const own = () => contacts.get(file.id) ?? { value: emptyContactRow(file.id), version: 0 };
  const addressRow = (key: string) => addresses.get(key) ?? { value: emptyAddressRow(key), version: 0 };
  const shopOf = (touch: Touch) => shops.get(touch.shop ?? '');
  return {
    file,
    fileVersion,
    get contact() {
      return own();
    },
    addressRow,
    order: (ref) => rows.orders.get(ref ?? '')?.value,
    shopOf,
    recordFor(touch) {
      const address = addressOf(file, touch.channel, rows.orders.get(touch.order ?? '')?.value.order);
      const merged = file.aliases.flatMap((id) => contacts.get(id)?.value ?? []);
      return {
        file,
        contacts: [own().value, ...merged, { ...emptyContactRow(file.id), recent: reserved }],
        ...(address !== undefined && {
          address: {
            value: address,
            row: addressRow(addressKeyOf(touch.channel, address, deps.identityHash)).value,
          },
        }),
        shopZone: shopOf(touch)?.timezone ?? settings.timezone,
      };
    },
    reserve: (place) => void reserved.push(place),
    written(rows) {
      for (const row of rows.addresses) addresses.set(row.value.key, { ...row, version: row.version + 1 });
      for (const row of rows.contacts) contacts.set(row.value.customer, { ...row, version: row.version + 1 });
    },
  };
}
