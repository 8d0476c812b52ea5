import {
  type BehaviourEventBody,
  behaviourEventSchema,
  type eventRoutes,
  type TakenEventsJson,
} from '../../../shared/contracts/http/events.ts';
import {
  type Identity,
  identityKey,
  normaliseBuyerId,
  normaliseEmail,
  normalisePhone,
} from '../../../shared/domain/customers/identity.ts';
import { InvalidInputError, type WrongField } from '../../../shared/domain/errors.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import {
  type BehaviourDeps,
  type BehaviourNews,
  type Doer,
  type NewsOutcome,
  takeInBehaviour,
} from '../../../shared/usecases/behaviour/take-in-behaviour.ts';

export interface EventDeps extends BehaviourDeps {
  readonly identityHash: (text: string) => string;
}

type Taken = TakenEventsJson['items'][number];

export function eventHandlers(deps: EventDeps): RouteHandlers<keyof typeof eventRoutes> {
  return {
    async recordEvents({ body: { events, ...single } }) {
      const items = await takeIn(events ?? [behaviourEventSchema.parse(single)], deps);
      const [only] = items;
      if (!events && only?.outcome === 'refused') throw new InvalidInputError(only.errors);
      const count = (outcome: Taken['outcome']) => items.filter((item) => item.outcome === outcome).length;
      const counts = { recorded: count('recorded'), unchanged: count('unchanged'), refused: count('refused') };
      return json({ ...counts, items } satisfies TakenEventsJson);
    },
  };
}

async function takeIn(bodies: readonly BehaviourEventBody[], deps: EventDeps): Promise<Taken[]> {
  const read = bodies.map((body) => ({ body, doer: doerOf(body, deps.identityHash) }));
  const news = read.flatMap(({ body, doer }) => ('message' in doer ? [] : [newsOf(body, doer)]));
  const outcomes = (await takeInBehaviour(news, deps)).values();
  return read.map(({ body, doer }) => {
    if ('message' in doer) return refused(doer);
    return view(body, outcomes.next().value as NewsOutcome);
  });
}

function newsOf({ type, at, product, id }: BehaviourEventBody, doer: Doer): BehaviourNews {
  return {
    doer,
    type,
    at: Date.parse(at),
    ...(product !== undefined && { product }),
    ...(id !== undefined && { id }),
  };
}

/** Who it was, or what is wrong with how they are named. */
function doerOf(
  { customer, email, phone, shop = '', buyer = '' }: BehaviourEventBody,
  hash: (text: string) => string,
): Doer | WrongField {
  const known = (identity: Identity): Doer => ({ keys: [identityKey(identity, hash)] });
  if (customer !== undefined) return { id: customer };
  if (email !== undefined) {
    const value = normaliseEmail(email);
    return value ? known({ kind: 'email', value }) : { field: 'email', message: 'is not an email address' };
  }
  if (phone !== undefined) {
    const value = normalisePhone(phone);
    const message = 'must be a phone with its country, such as +8613800138000';
    return value ? known({ kind: 'phone', value }) : { field: 'phone', message };
  }
  const value = normaliseBuyerId(shop, buyer);
  return value ? known({ kind: 'buyer', value }) : { field: 'buyer', message: 'is not a buyer id' };
}

function view(body: BehaviourEventBody, outcome: NewsOutcome): Taken {
  if (outcome.type !== 'refused') return { outcome: outcome.type, customer: outcome.customer, errors: [] };
  switch (outcome.why) {
    case 'too_old':
      return refused({ field: 'at', message: 'is more than 90 days ago' });
    case 'ahead':
      return refused({ field: 'at', message: 'is more than five minutes ahead of now' });
    case 'unknown_customer':
      return refused({ field: fieldOfDoer(body), message: 'there is no such customer, and events make none' });
  }
}

function fieldOfDoer({ customer, email, phone }: BehaviourEventBody): string {
  if (customer !== undefined) return 'customer';
  if (email !== undefined) return 'email';
  return phone === undefined ? 'buyer' : 'phone';
}

function refused(error: WrongField): Taken {
  return { outcome: 'refused', customer: null, errors: [{ ...error }] };
}
