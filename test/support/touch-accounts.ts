import { isMembership, readEnrolmentItem } from '../../shared/adapters/dynamodb/enrolment-items.ts';
import { readAddressItem, readContactItem, readTouchItem } from '../../shared/adapters/dynamodb/touch-items.ts';
import { tables } from '../../shared/contracts/tables.ts';
import type { AddressRow, ContactRow } from '../../shared/domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../shared/domain/customers/customer-file.ts';
import type { Enrolment } from '../../shared/domain/journeys/enrolment.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import { contactOf, type Touch, type TouchState } from '../../shared/domain/touches/touch.ts';
import type { WholeStack } from './whole-stack.ts';

/** A message as the outbox has it, or whoever webhooks went to. */
export interface SentMessage {
  readonly channel: Channel;
  readonly messageId: string;
  readonly touchId: string;
  /** Mails and webhooks carry whose touch it is; a text message does not. */
  readonly customer?: string;
  readonly to: string;
}

/** All that is known of messages at one moment: what stands in the tables, and what really went out. */
export interface Books {
  readonly touches: readonly Touch[];
  readonly messages: readonly SentMessage[];
  readonly contacts: readonly ContactRow[];
  readonly addresses: readonly AddressRow[];
  readonly files: readonly CustomerFile[];
  /** Whether what went out over the webhook channel is among the messages. */
  readonly knowsWebhooks: boolean;
}

/**
 * Reads the books straight from the tables and the outbox.
 * @param webhooks what went out over the webhook channel; without it that channel is left out of the comparison
 */
export async function readBooks(whole: WholeStack, webhooks?: readonly SentMessage[]): Promise<Books> {
  const [touches, limits, files, mails] = await Promise.all([
    readTouches(whole),
    whole.items('contacts'),
    whole.files(),
    whole.stack.outbox.mail(),
  ]);
  const rows = limits.map((item) => {
    const [kind = '', ...rest] = (item[tables.contacts.partitionKey]?.S ?? '').split('#');
    return { kind, id: rest.join('#'), item };
  });
  return {
    touches,
    messages: [
      ...mails.map(
        ({ messageId, touchId = '', tags, to }): SentMessage => ({
          channel: 'email',
          messageId,
          touchId,
          ...(tags.customer !== undefined && { customer: tags.customer }),
          to: to.toLowerCase(),
        }),
      ),
      ...whole.stack.outbox
        .sms()
        .map(({ messageId, touchId = '', to }): SentMessage => ({ channel: 'sms', messageId, touchId, to })),
      ...(webhooks ?? []),
    ],
    knowsWebhooks: webhooks !== undefined,
    contacts: rows.flatMap(({ kind, id, item }) => (kind === 'customer' ? [readContactItem(id, item).value] : [])),
    addresses: rows.flatMap(({ kind, id, item }) => (kind === 'address' ? [readAddressItem(id, item).value] : [])),
    files,
  };
}

/** Every touch there is, whoever's; enrolments and the moments of campaigns, which wait beside them, are none. */
export async function readTouches(whole: WholeStack): Promise<Touch[]> {
  const items = (await whole.items('touches')).filter((item) => !item[tables.touches.sortKey]?.S?.startsWith('#'));
  return items.map((item) => readTouchItem(item).value);
}

/** Every customer's way through every journey. */
export async function readEnrolments(whole: WholeStack): Promise<Enrolment[]> {
  const items = (await whole.items('touches')).filter((item) => {
    const isBeside = item[tables.touches.sortKey]?.S?.startsWith('#') ?? false;
    return isBeside && !item[tables.touches.partitionKey]?.S?.startsWith('campaign#') && !isMembership(item);
  });
  return items.map((item) => readEnrolmentItem(item).value);
}

/** The account that must always add up: planned = sent + skipped + failed + unconfirmed + pending. */
export interface Account {
  readonly planned: number;
  readonly sent: number;
  readonly skipped: number;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly pending: number;
}

/** Each state is counted by itself: one that is no state of the account leaves a gap. */
export function accountOf(touches: readonly Touch[]): Account {
  const inState = (...states: TouchState[]) => touches.filter(({ state }) => states.includes(state)).length;
  return {
    planned: touches.length,
    sent: inState('sent'),
    skipped: inState('skipped'),
    failed: inState('failed'),
    unconfirmed: inState('unconfirmed'),
    pending: inState('planned', 'claimed'),
  };
}

export function describeAccount({ planned, sent, skipped, failed, unconfirmed, pending }: Account): string {
  return `${planned} planned = ${sent} sent + ${skipped} skipped + ${failed} failed + ${unconfirmed} unconfirmed + ${pending} pending`;
}

export function addsUp({ planned, sent, skipped, failed, unconfirmed, pending }: Account): boolean {
  return planned === sent + skipped + failed + unconfirmed + pending;
}

/**
 * What the outbox and the touches tell differently: a message twice, one that no touch knows, one of a touch that should
 * have none, a touch that is sent without one. To be asked when nothing is under way.
 */
export function contradictions({ touches, messages, files, knowsWebhooks }: Books): string[] {
  const ways = new Map<string, { messages: number; states: TouchState[] }>();
  const way = (name: string) => {
    const known = ways.get(name) ?? { messages: 0, states: [] };
    ways.set(name, known);
    return known;
  };
  const phoneOf = phonesByCustomer(files);
  for (const touch of touches) {
    if (touch.channel === 'webhook' && !knowsWebhooks) continue;
    const to = touch.channel === 'sms' ? phoneOf(touch.customer) : touch.customer;
    way(`${touch.channel} ${touch.id} ${to}`).states.push(touch.state);
  }
  for (const { channel, touchId, customer, to } of messages) {
    way(`${channel} ${touchId} ${channel === 'sms' ? to : customer}`).messages++;
  }
  return [...ways].flatMap(([name, { messages: went, states }]) => {
    const certain = states.filter((state) => state === 'sent').length;
    const possible = states.filter((state) => ['sent', 'unconfirmed', 'claimed'].includes(state)).length;
    const isFine = went <= 1 && certain <= went && went <= possible;
    return isFine ? [] : [`${name}: ${went} messages, touches ${states.join(', ') || 'none'}`];
  });
}

function phonesByCustomer(files: readonly CustomerFile[]): (customer: string) => string | undefined {
  const phones = new Map(
    files.flatMap((file) => {
      const phone = file.statements.phone?.value;
      return idsOf(file).map((id) => [id, phone === undefined ? undefined : String(phone)] as const);
    }),
  );
  return (customer) => phones.get(customer);
}

const forward: Readonly<Record<TouchState, readonly TouchState[]>> = {
  planned: ['planned', 'claimed', 'sent', 'skipped', 'failed', 'unconfirmed'],
  // A refusal gives the claim back.
  claimed: ['planned', 'claimed', 'sent', 'skipped', 'failed', 'unconfirmed'],
  sent: ['sent'],
  skipped: ['skipped'],
  heldout: ['heldout'],
  failed: ['failed'],
  unconfirmed: ['unconfirmed', 'sent'],
};

/** Touches that went back in their lives, or vanished, between two moments. */
export function stepsBack(before: readonly Touch[], after: readonly Touch[]): string[] {
  const now = new Map(after.map((touch) => [`${touch.customer} ${touch.id}`, touch.state]));
  return before.flatMap(({ customer, id, state }) => {
    const next = now.get(`${customer} ${id}`);
    if (next !== undefined && forward[state].includes(next)) return [];
    return [`${customer} ${id}: ${state} became ${next ?? 'nothing'}`];
  });
}

const dayMs = 86_400_000;

/**
 * Caps that were broken, counted anew from the touches alone: one care message in seven days, over each channel one a day
 * and three a week (DOMAIN 3), and one message of a step to one address. Customers count as what they have become.
 */
export function brokenCaps({ touches, files }: Pick<Books, 'touches' | 'files'>): string[] {
  const owner = new Map(files.flatMap((file) => idsOf(file).map((id) => [id, file.id] as const)));
  const counted = touches.filter(
    ({ state, claim, reactions }) =>
      claim !== undefined && (state === 'sent' || state === 'unconfirmed') && reactions.bounced === undefined,
  );
  const limited = counted.filter((touch) => touch.class !== 'transactional');
  const by = (key: (touch: Touch) => string, among: readonly Touch[]) => [...Map.groupBy(among, key)];
  const who = ({ customer }: Touch) => owner.get(customer) ?? customer;
  return [
    ...by((touch) => `${who(touch)} ${touch.class}`, limited).flatMap(([name, some]) =>
      tooMany(`${name} in 7 days`, onePerContact(some), 1, 7),
    ),
    ...by((touch) => `${who(touch)} ${touch.channel}`, limited).flatMap(([name, some]) => [
      ...tooMany(`${name} in a day`, some.map(claimedAt), 1, 1),
      ...tooMany(`${name} in a week`, some.map(claimedAt), 3, 7),
    ]),
    ...by((touch) => `${touch.claim?.address} ${contactOf(touch)}`, counted).flatMap(([name, some]) =>
      some.length > 1 ? [`${name}: ${some.length} messages to one address`] : [],
    ),
  ];
}

const claimedAt = ({ claim }: Touch) => claim?.at ?? 0;

/** A step's messages over two channels are one contact. */
function onePerContact(touches: readonly Touch[]): number[] {
  return [...Map.groupBy(touches, contactOf).values()].map((some) => Math.max(...some.map(claimedAt)));
}

function tooMany(name: string, times: readonly number[], most: number, days: number): string[] {
  const crowds = times.map((from) => times.filter((at) => at >= from && at < from + days * dayMs).length);
  const crowd = Math.max(0, ...crowds);
  return crowd > most ? [`${name}: ${crowd}, at most ${most}`] : [];
}

/** Places in caps and claims on addresses that are held for nothing, or missing for what counts. */
export function strayPlaces({ touches, contacts, addresses }: Books): string[] {
  const counts = (touch: Touch) =>
    touch.claim !== undefined && ['sent', 'unconfirmed', 'claimed'].includes(touch.state);
  const places = new Set(
    touches
      .filter((touch) => counts(touch) && touch.class !== 'transactional' && touch.reactions.bounced === undefined)
      .map(({ id, claim }) => `${claim?.customer} ${id}`),
  );
  const held = new Set(contacts.flatMap(({ customer, recent }) => recent.map(({ touch }) => `${customer} ${touch}`)));
  const claims = new Set(
    touches.filter(counts).map(({ customer, id, claim }) => `${claim?.address} ${customer} ${id}`),
  );
  const claimed = new Set(
    addresses.flatMap(({ key, claims: some }) => some.map(({ customer, touch }) => `${key} ${customer} ${touch}`)),
  );
  return [
    ...onlyIn(held, places).map((name) => `a place for nothing: ${name}`),
    ...onlyIn(places, held).map((name) => `no place for ${name}`),
    ...onlyIn(claimed, claims).map((name) => `a claim for nothing: ${name}`),
    ...onlyIn(claims, claimed).map((name) => `no claim for ${name}`),
  ];
}

function onlyIn(these: ReadonlySet<string>, those: ReadonlySet<string>): string[] {
  return [...these].filter((name) => !those.has(name));
}
