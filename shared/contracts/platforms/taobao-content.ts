import type { Instant } from '../../domain/calendar.ts';
import { momentOf, readLooseJson, wordOf } from './chinese-fields.ts';
import type { SignedRequest } from './platform.ts';
import { type Fields, isObject, type Json } from './reading-fields.ts';
import { formOf, textOf } from './taobao-form.ts';

/** What a body is about, out of all its wrappers, under the names of TOP. */
export interface Content {
  readonly value: unknown;
  /** Where it stood in the body. */
  readonly path: string;
  /** TMC's topic, or AGISO's `aopic`. */
  readonly topic: string | undefined;
  /** When it was sent, where the sender says so. */
  readonly sentAt: Instant | undefined;
}

const wrappers =
  'jdp_response trade_fullinfo_get_response trade_get_response refund_get_response trade refund content json data response'.split(
    ' ',
  );

/**
 * A form holds the JSON in one of its fields; where there is `json` no other is read, for AGISO signs no more.
 * @returns undefined when there is no JSON
 */
export function contentOf({ headers, query, body }: SignedRequest): Content | undefined {
  const form = formOf(body);
  const name = ['json', ...wrappers].find((field) => form?.has(field));
  const json = form ? (form.get(name ?? '') ?? [...form.values()].find(([first]) => first === 0x7b)) : body;
  const parsed = json && readLooseJson(textOf(json, headers['content-type']));
  const said = (field: string) => query.get(field) ?? (name === 'json' ? undefined : form?.get(field)?.toString());
  return parsed && unwrap(parsed.value, '', said('topic') ?? said('aopic'), said('pub_time') ?? said('timestamp'));
}

/** Goes in where there is a wrapper and no trade yet; a wrapper can be JSON text, and an envelope of TMC has the topic. */
function unwrap(value: unknown, path: string, topic: string | undefined, sent: string | undefined): Content {
  const found = { path, topic, sentAt: momentOf(sent) };
  if (!isObject(value)) return { ...found, value };
  const isFound = ['tid', 'tid_str', 'Tid', 'refund_id', 'RefundId'].some((name) => value[name] !== undefined);
  for (const name of isFound ? ['jdp_response'] : wrappers) {
    const inner = openedOf(value[name]);
    const within = path === '' ? name : `${path}.${name}`;
    if (!inner || path.length > 99) continue;
    return unwrap(inner, within, wordOf(value.topic) ?? topic, wordOf(value.pub_time) ?? sent);
  }
  return { ...found, value: withLists(inTopNames(value)) };
}

function openedOf(value: unknown): Json | undefined {
  const inner = typeof value === 'string' && /^\s*\{/.test(value) ? readLooseJson(value)?.value : value;
  return isObject(inner) ? inner : undefined;
}

/** AGISO writes `PayTime` for `pay_time`, but `type`; the region of an address is among its extended fields. */
function inTopNames(value: Json): Json {
  if (value.Tid === undefined && value.RefundId === undefined) return value;
  const region = isObject(value.ExtendedFields) ? value.ExtendedFields : {};
  return topNamed({ ...region, ...value }) as Json;
}

function topNamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(topNamed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [topName(name), topNamed(member)]));
}

function topName(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at) => `${at > 0 ? '_' : ''}${letter.toLowerCase()}`);
}

const lists = { orders: 'order', promotion_details: 'promotion_detail' };

/** Lists stand in an object of their own, as in XML, and converters make one of a single entry. */
function withLists(trade: Json): Json {
  const found: Record<string, unknown> = {};
  for (const [outer, inner] of Object.entries(lists)) {
    const value = trade[outer];
    const isNested = isObject(value) && inner in value;
    const list = isNested ? value[inner] : value;
    const isOne = isObject(list) && Object.values(list).some((member) => !isObject(member));
    found[outer] = undefined;
    found[isNested ? `${outer}.${inner}` : outer] = isOne ? [list] : list;
  }
  return { ...trade, ...found };
}

/** The entries of such a list, under the name that says where it was. */
export function entriesOf(trade: Fields, outer: keyof typeof lists): Fields[] {
  const nested = `${outer}.${lists[outer]}`;
  return trade.objects(trade.has(nested) ? nested : outer);
}
