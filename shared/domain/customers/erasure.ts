import type { Instant } from '../calendar.ts';
import { sameContent } from '../canonical.ts';
import type { Answer } from '../cases/answer.ts';
import type { AddressRow } from '../contact-policy/standing.ts';
import { withBlock } from '../contact-policy/standing.ts';
import type { Order, OrderDescription, Refund } from '../orders/order.ts';
import type { Register } from '../register.ts';
import { isOpen, skipped, type Touch } from '../touches/touch.ts';
import type { IdentityKey } from './identity.ts';
import { type IdentityRow, isSaturated, linkingKeys } from './linking.ts';

/**
 * What is left of an order whose buyer was erased (DOMAIN 2): shop, id, times, amounts, goods and refunds, with the
 * province it went to. Who bought, their address, parcel numbers and everything written freely are gone; whatever is
 * counted of the order stays the same.
 */
export function anonymous({ description, refunds, ...order }: Order): Order {
  return {
    ...order,
    ...(description && { description: { ...description, value: withoutBuyer(description.value) } }),
    refunds: refunds.map(withoutReason),
    tracking: [],
    identities: [],
    statements: {},
  };
}

/** A source can be an address of a page with whatever it was called with. */
function withoutBuyer({ buyer: _who, address, carrier, source: _from, ...rest }: OrderDescription): OrderDescription {
  const { country, province } = address ?? {};
  const region = { ...(country !== undefined && { country }), ...(province !== undefined && { province }) };
  return {
    ...rest,
    ...(Object.keys(region).length > 0 && { address: region }),
    ...(carrier?.name !== undefined && { carrier: { name: carrier.name } }),
  };
}

function withoutReason({ value, at }: Register<Refund>): Register<Refund> {
  const { reason: _words, ...refund } = value;
  return { value: refund, at };
}

/**
 * The row of an identity whose customer was erased: nothing but its keyed hash, so that nobody comes back by it. One that
 * had stopped linking is others' as well (a reseller's phone): it counts only where nothing else names the buyer.
 */
export function erasedIdentity({ key, buyers }: Pick<IdentityRow, 'key' | 'buyers'>, limit: number): IdentityRow {
  return { key, buyers: [], erased: isSaturated({ buyers }, limit) ? 'shared' : 'own' };
}

/** True when what decides whose something is belongs to somebody erased. */
export function namesErased(
  rows: ReadonlyMap<IdentityKey, IdentityRow>,
  identities: readonly IdentityKey[],
  limit: number,
): boolean {
  const named = new Map(identities.map((key) => [key, rows.get(key) ?? { key, buyers: [] }]));
  return linkingKeys(named, limit).some((key) => named.get(key)?.erased !== undefined);
}

/** The address barred from everything; which messages went there is forgotten. */
export function erasedAddress(row: AddressRow, at: Instant): AddressRow {
  return { ...withBlock(row, 'erasure', at), claims: [] };
}

/**
 * A message to somebody erased: what waits is not sent any more, of the others it stays known that they went out and what
 * came back. One that is under way stays as it is: its sender writes down what became of it.
 * @returns the same object where nothing is to be taken away
 */
export function forgottenTouch(touch: Touch): Touch {
  if (touch.state === 'claimed') return touch;
  const known = isOpen(touch) ? skipped(touch, 'erased') : touch;
  const { plannedAddress: _to, judged: _seen, claim: _by, order: _about, links: _where, answer, ...rest } = known;
  const left = { ...rest, ...(answer && { answer: withoutWords(answer) }) };
  return sameContent(left, known) ? known : left;
}

/** The score stays counted. */
function withoutWords({ text: _written, ...answer }: Answer): Answer {
  return answer;
}
