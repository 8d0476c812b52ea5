import { compareUrgency } from '../../shared/domain/contact-policy/caps.ts';
import { defaultPolicy } from '../../shared/domain/contact-policy/policy.ts';
import { contactOf, type Touch } from '../../shared/domain/touches/touch.ts';
import { day, noon } from './touches.ts';
import { nameOf, type Outcome } from './touches-simulation.ts';

/** Everything that contradicts what is promised, counted the naive way over what really went out; empty when nothing does. */
export function contradictionsIn(outcome: Outcome): string[] {
  return [...wrongAccounts(outcome), ...twice(outcome), ...brokenCaps(outcome), ...wrongPlaces(outcome)];
}

/** How often a touch may have been delivered that ended in a state. */
const deliveries: Readonly<Record<string, readonly number[]>> = {
  sent: [1],
  skipped: [0],
  failed: [0],
  unconfirmed: [0, 1],
};

function wrongAccounts({ planned, settled, received }: Outcome): string[] {
  const delivered = Map.groupBy(received, ({ touch }) => nameOf(touch));
  const states = new Map(settled.map((touch) => [nameOf(touch), touch.state]));
  return planned.flatMap((touch) => {
    const count = delivered.get(nameOf(touch))?.length ?? 0;
    const state = states.get(nameOf(touch)) ?? 'gone';
    return deliveries[state]?.includes(count) ? [] : [`${nameOf(touch)} is ${state} and was delivered ${count} times`];
  });
}

/** One message of a step to a mailbox, and one over a channel to whoever was one customer by then. */
function twice({ received }: Outcome): string[] {
  return received.flatMap((one, index) => {
    const again = received.slice(0, index).find((earlier) => {
      if (contactOf(earlier.touch) !== contactOf(one.touch)) return false;
      const isCounted = one.touch.class !== 'transactional' && !earlier.bounced;
      const isSameReader =
        isCounted && one.reader.has(earlier.touch.customer) && earlier.touch.channel === one.touch.channel;
      return earlier.to === one.to || isSameReader;
    });
    return again ? [`${contactOf(one.touch)} to ${nameOf(one.touch)} after ${nameOf(again.touch)}`] : [];
  });
}

/** Nobody here has bought anything: the row of the active stages holds for all. */
function brokenCaps({ received, settled }: Outcome): string[] {
  const doubtful = settled.filter(({ state }) => state === 'unconfirmed');
  const counted = received.filter(({ touch, bounced }) => touch.class !== 'transactional' && !bounced);
  const { perDay, perWeek } = defaultPolicy.perChannel;
  return counted.flatMap((one, index) => {
    const { touch, reader, at } = one;
    if (touch.class === 'transactional') return [];
    const before = (days: number) =>
      counted.slice(0, index).filter((earlier) => reader.has(earlier.touch.customer) && earlier.at + days * day > at);
    const onChannel = (days: number) =>
      before(days).filter((earlier) => earlier.touch.channel === touch.channel).length;
    const { max = 0, days = 0 } = defaultPolicy.stages.active[touch.class] ?? {};
    const ofClass = before(days).filter((earlier) => earlier.touch.class === touch.class);
    const others = new Set(ofClass.map((earlier) => contactOf(earlier.touch)));
    // What nobody knows the fate of holds the place of its contact, over whatever channel.
    const held = doubtful.some((other) => reader.has(other.customer) && contactOf(other) === contactOf(touch));
    const hasPlace = held || others.has(contactOf(touch)) || others.size < max;
    return [
      ...(hasPlace ? [] : [`${touch.class} to ${nameOf(touch)}: one too many in ${days} days`]),
      ...(onChannel(1) < perDay ? [] : [`${touch.channel} to ${nameOf(touch)}: one too many in a day`]),
      ...(onChannel(7) < perWeek ? [] : [`${touch.channel} to ${nameOf(touch)}: one too many in a week`]),
    ];
  });
}

/** What stands in the rows of caps and addresses is what went out, or may have: nothing more, nothing less. */
function wrongPlaces({ settled, contacts, addresses }: Outcome): string[] {
  const out = settled.filter(({ state }) => state === 'sent' || state === 'unconfirmed');
  const counted = out.filter((touch) => touch.class !== 'transactional' && touch.reactions.bounced === undefined);
  const should = new Set([
    ...counted.map((touch) => `place of ${nameOf(touch)} with ${touch.claim?.customer}`),
    ...out.map((touch) => `claim of ${nameOf(touch)} on ${touch.claim?.address}`),
  ]);
  const does = new Set([
    ...contacts.flatMap(({ customer: row, recent }) =>
      recent.map(({ customer = row, touch: id }) => `place of ${nameOf({ customer, id })} with ${row}`),
    ),
    ...addresses.flatMap(({ key, claims }) =>
      claims.map(({ customer, touch: id }) => `claim of ${nameOf({ customer, id })} on ${key}`),
    ),
  ]);
  return [
    ...[...should].filter((name) => !does.has(name)).map((name) => `missing: ${name}`),
    ...[...does].filter((name) => !should.has(name)).map((name) => `for nothing: ${name}`),
  ];
}

/** Ids of what goes out when all is due at once: the most urgent first, each if it still finds a place. */
export function bestFirst(touches: readonly Touch[]): string[] {
  const days = new Set<string>();
  const classes = new Map<string, string>();
  return [...touches].sort(compareUrgency).flatMap((touch) => {
    if (touch.class === 'transactional') return [touch.id];
    const holder = classes.get(touch.class) ?? contactOf(touch);
    if (days.has(touch.channel) || holder !== contactOf(touch)) return [];
    days.add(touch.channel);
    classes.set(touch.class, holder);
    return [touch.id];
  });
}

/**
 * Customers who did not get the best first, where nothing went wrong. Left out are those who share a mailbox or were merged,
 * and those who want nothing.
 */
export function worseFirst({ planned, settled, received }: Outcome): string[] {
  const others = ['consent', 'same_address', 'suppression'];
  const special = new Set([
    ...settled.filter(({ reason = '' }) => others.includes(reason)).map(({ customer }) => customer),
    ...received.flatMap(({ reader }) => (reader.size > 1 ? [...reader] : [])),
  ]);
  const atOnce = Map.groupBy(
    received.filter(({ at }) => at === noon),
    ({ touch }) => touch.customer,
  );
  return [...Map.groupBy(planned, ({ customer }) => customer)].flatMap(([customer, touches]) => {
    const got = (atOnce.get(customer) ?? []).map(({ touch }) => touch.id).sort();
    const due = bestFirst(touches.filter(({ dueAt = 0 }) => dueAt <= noon)).sort();
    return special.has(customer) || got.join() === due.join() ? [] : [`${customer} got ${got}, not ${due}`];
  });
}
