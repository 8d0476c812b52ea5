import { touchName } from '../../domain/touches/touch.ts';
import type { LiveKeys, LiveRows, TouchStore } from '../../usecases/messages/messaging-ports.ts';
import { StoreBusyError } from '../../usecases/ports.ts';

/** Keys in one request of the store. */
const mostKeys = 100;

/**
 * A store whose live reads go out together: those asked for in one turn of the event loop, as the customers of a batch do,
 * are one request for up to a hundred keys. None is sent before it was asked for, so each is as fresh as one of its own.
 */
export function coalescedReads(store: TouchStore): TouchStore {
  return {
    readLive: coalesced((keys) => store.readLive(keys)),
    readOpen: (customer) => store.readOpen(customer),
    readTouch: (key) => store.readTouch(key),
    listTouches: (customer, after, limit) => store.listTouches(customer, after, limit),
    plan: (touch) => store.plan(touch),
    commit: (changes) => store.commit(changes),
  };
}

type ReadLive = TouchStore['readLive'];
type KeyLists = { readonly [Of in keyof LiveKeys]-?: readonly KeyOf[Of][] };
type KeyOf = { readonly [Of in keyof LiveKeys]-?: NonNullable<LiveKeys[Of]> extends Iterable<infer Key> ? Key : never };

/** A read that waits for the others of its turn. */
interface Asked {
  readonly keys: KeyLists;
  answer(rows: LiveRows | Promise<LiveRows>): void;
}

function coalesced(readLive: ReadLive): ReadLive {
  let asked: Asked[] = [];
  const send = () => {
    const together = inRequests(asked);
    asked = [];
    for (const some of together) void readTogether(some, readLive);
  };
  return (keys) =>
    new Promise((answer) => {
      // Answers that have arrived together have all been looked at before an immediate runs.
      if (asked.length === 0) setImmediate(send);
      asked.push({ keys: listsOf(keys), answer });
    });
}

function listsOf(keys: LiveKeys): KeyLists {
  const { customers = [], contacts = [], addresses = [], orders = [], touches = [], enrolments = [] } = keys;
  return {
    customers: [...customers],
    contacts: [...contacts],
    addresses: [...addresses],
    orders: [...orders],
    touches: [...touches],
    enrolments: [...enrolments],
  };
}

function inRequests(asked: readonly Asked[]): Asked[][] {
  const requests: { readonly some: Asked[]; keys: number }[] = [];
  for (const one of asked) {
    const keys = Object.values(one.keys).reduce((sum, list) => sum + list.length, 0);
    const last = requests.at(-1);
    if (last && last.keys + keys <= mostKeys) {
      last.some.push(one);
      last.keys += keys;
    } else requests.push({ some: [one], keys });
  }
  return requests.map(({ some }) => some);
}

/** What cannot be read must fail those alone who asked for it; a store that is busy is asked no more often. */
async function readTogether(asked: readonly Asked[], readLive: ReadLive): Promise<void> {
  try {
    const rows = await readLive(joined(asked.map(({ keys }) => keys)));
    for (const { keys, answer } of asked) answer(rowsOf(keys, rows));
  } catch (error) {
    const areAlone = asked.length > 1 && !(error instanceof StoreBusyError);
    for (const { keys, answer } of asked) answer(areAlone ? readLive(keys) : Promise.reject(error));
  }
}

function joined(all: readonly KeyLists[]): KeyLists {
  return {
    customers: all.flatMap(({ customers }) => customers),
    contacts: all.flatMap(({ contacts }) => contacts),
    addresses: all.flatMap(({ addresses }) => addresses),
    orders: all.flatMap(({ orders }) => orders),
    touches: all.flatMap(({ touches }) => touches),
    enrolments: all.flatMap(({ enrolments }) => enrolments),
  };
}

/** Only what was asked for: whoever takes back a place goes through all rows they are given. */
function rowsOf(keys: KeyLists, rows: LiveRows): LiveRows {
  return {
    files: these(keys.customers, rows.files),
    contacts: these(keys.contacts, rows.contacts),
    addresses: these(keys.addresses, rows.addresses),
    orders: these(keys.orders, rows.orders),
    touches: these(keys.touches.map(touchName), rows.touches),
    enrolments: these(
      keys.enrolments.map(({ customer, entry }) => `${customer} ${entry}`),
      rows.enrolments,
    ),
  };
}

function these<T>(keys: readonly string[], rows: ReadonlyMap<string, T>): Map<string, T> {
  const found = new Map<string, T>();
  for (const key of keys) {
    const row = rows.get(key);
    if (row !== undefined) found.set(key, row);
  }
  return found;
}
