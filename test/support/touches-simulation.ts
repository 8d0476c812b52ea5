import { seededRandom } from '../../infra/local/seeded-random.ts';
import type { TouchCall } from '../../shared/contracts/work.ts';
import { defaultPolicy } from '../../shared/domain/contact-policy/policy.ts';
import type { AddressRow, ContactRow } from '../../shared/domain/contact-policy/standing.ts';
import type { Channel, MessageClass } from '../../shared/domain/messages/message-class.ts';
import { dueShards } from '../../shared/domain/sharding.ts';
import { channelOfTouch, type Touch } from '../../shared/domain/touches/touch.ts';
import type {
  Handover,
  OutgoingMessage,
  TouchDueIndex,
  TouchKey,
  TouchStore,
} from '../../shared/usecases/messages/messaging-ports.ts';
import { type SendDeps, sendTouches } from '../../shared/usecases/messages/send-touches.ts';
import { takeFeedback } from '../../shared/usecases/messages/take-feedback.ts';
import { type CustomerStore, type FileOrRedirect, StoreBusyError } from '../../shared/usecases/ports.ts';
import { aFile, aTouch, day, hour, type Messaging, messaging, minute, noon } from './touches.ts';

/** Several senders at work on the same customers, with providers and a store that fail as the seed has it. */
export interface Simulation {
  readonly seed: number;
  readonly customers: number;
  readonly senders: number;
  /** Calls that a sender works on side by side; left out: one after the other. */
  readonly sideBySide?: number;
  /** Touches of one customer, at most. */
  readonly touches: number;
  /** How often a provider refuses or falls silent, of a hundred messages. */
  readonly trouble: number;
  /** How often a sender dies, and how often the store is busy, of a thousand requests. */
  readonly deaths: number;
  /** How often two customers turn out to be one while messages go out, of a hundred rounds. */
  readonly merges: number;
  readonly stores?: { readonly touches: TouchStore & TouchDueIndex; readonly customers: CustomerStore };
  /** Writes many touches, or files, at once; left out: one by one. */
  readonly bulk?: {
    readonly plan: (touches: readonly Touch[]) => Promise<void>;
    readonly putFiles: (items: readonly FileOrRedirect[]) => Promise<void>;
  };
}

/** A message that reached somebody. */
export interface Received {
  readonly touch: Touch;
  /** Ids of the customer who reads it, as known when it was claimed: theirs and those merged into them. */
  readonly reader: ReadonlySet<string>;
  readonly to: string;
  readonly at: number;
  readonly bounced: boolean;
}

export interface Outcome {
  readonly planned: readonly Touch[];
  readonly settled: readonly Touch[];
  /** In the order they were handed over. */
  readonly received: readonly Received[];
  readonly contacts: readonly ContactRow[];
  readonly addresses: readonly AddressRow[];
  readonly rounds: number;
  readonly deaths: number;
  /** Calls that ended with an error, for the queue to bring again. */
  readonly failedCalls: number;
}

/** Plans touches for seeded customers, lets the senders work until nothing is open any more, and tells what came of it. */
export async function simulate(simulation: Simulation): Promise<Outcome> {
  const random = seededRandom(simulation.seed);
  // Bounces are many here, and the brake is another matter.
  const policy = { ...defaultPolicy, brake: { ...defaultPolicy.brake, bounceRate: 1 } };
  const world = messaging({ ...simulation.stores, random, settings: { policy } });
  const people = await People.make(simulation, random, world);
  const planned = makeTouches(people.ids, simulation, random);
  await (simulation.bulk?.plan ?? ((touches) => world.plan(...touches)))(planned);
  const provider = new Provider(simulation, random, world, planned);
  const senders = new Senders(simulation, random, world, people, provider);

  let rounds = 0;
  for (let due: number | undefined = noon; due !== undefined; due = await nextDue(world.touches)) {
    if (++rounds > 600) throw new Error('it never settles');
    world.clock.time = Math.max(world.clock.time + (rounds > 1 ? minute : 0), Math.ceil(due / minute) * minute);
    const meeting = random() * 100 < simulation.merges ? people.mergeTwo() : undefined;
    await senders.work(await dueCalls(world.touches, world.clock.time));
    await meeting;
    await provider.tellWhatBecameOfThem();
  }
  const { deaths, failedCalls } = senders;
  return {
    planned,
    received: provider.received,
    rounds,
    deaths,
    failedCalls,
    ...(await books(world.touches, planned, people.ids)),
  };
}

/** Customers of whom some share a mailbox, some have denied everything, some turn out to be one. */
class People {
  readonly ids: readonly string[];
  /** Ids that lead to each living customer, their own among them. */
  readonly #members: Map<string, readonly string[]>;
  readonly #random: () => number;
  readonly #world: Messaging;

  static async make(simulation: Simulation, random: () => number, world: Messaging): Promise<People> {
    const ids = Array.from({ length: simulation.customers }, (_, index) => `c${String(index).padStart(5, '0')}`);
    const people = new People(ids, random, world);
    const files = ids.map((id, index): FileOrRedirect => {
      const draw = random();
      const mailbox = draw < 0.2 ? Math.max(0, index - 1) : index;
      return { type: 'file', file: person(id, mailbox, draw < 0.95) };
    });
    await (simulation.bulk?.putFiles ?? ((items) => world.putItems(items)))(files);
    for (let merges = 0; merges < simulation.customers / 12; merges++) await people.mergeTwo();
    return people;
  }

  private constructor(ids: readonly string[], random: () => number, world: Messaging) {
    this.ids = ids;
    this.#members = new Map(ids.map((id) => [id, [id]]));
    this.#random = random;
    this.#world = world;
  }

  readerOf(customer: string): ReadonlySet<string> {
    return new Set([...this.#members.values()].find((ids) => ids.includes(customer)));
  }

  async mergeTwo(): Promise<void> {
    const living = [...this.#members.keys()];
    const draw = () => living[Math.floor(this.#random() * living.length)] ?? '';
    const [survivor = '', loser = ''] = [draw(), draw()].sort();
    if (survivor === loser) return;
    const known = await this.#world.deps.store.readFiles([survivor, loser]);
    const [file, other] = [known.get(survivor), known.get(loser)];
    if (file?.value.type !== 'file' || !other) throw new Error('only the living are merged');
    const members = [...(this.#members.get(survivor) ?? []), ...(this.#members.get(loser) ?? [])];
    const aliases = members.filter((id) => id !== survivor).sort();
    const written = this.#world.deps.store.commit({
      cause: 'merge',
      files: [
        { value: { type: 'file', file: { ...file.value.file, aliases } }, version: file.version },
        { value: { type: 'redirect', id: loser, to: survivor }, version: other.version },
      ],
    });
    // At this very moment: the store in memory has written by now.
    this.#members.delete(loser);
    this.#members.set(survivor, members);
    await written;
  }
}

function person(id: string, mailbox: number, consent: boolean) {
  const phone = `+86138${id.slice(1).padStart(8, '0')}`;
  return aFile({ id, email: `reader${mailbox}@example.com`, phone, consent });
}

const campaigns: readonly { readonly id: string; readonly class: MessageClass; readonly priority: number }[] = [
  { id: 'birthday', class: 'care', priority: 50 },
  { id: 'thanks', class: 'care', priority: 60 },
  { id: 'arrivals', class: 'news', priority: 50 },
  { id: 'letter', class: 'news', priority: 40 },
  { id: 'autumn', class: 'promotional', priority: 50 },
  { id: 'coupon', class: 'promotional', priority: 80 },
  { id: 'double-eleven', class: 'major_promotion', priority: 50 },
  { id: 'receipt', class: 'transactional', priority: 50 },
];

/** Up to so many different touches for each: due now or in an hour, for some days. */
export function makeTouches(
  customers: readonly string[],
  { touches }: Pick<Simulation, 'touches'>,
  random: () => number,
): Touch[] {
  return customers.flatMap((customer) => {
    const some = Array.from({ length: 1 + Math.floor(random() * touches) }, () => {
      const { id, ...campaign } = campaigns[Math.floor(random() * campaigns.length)] ?? { id: 'none' };
      const plan = {
        ...campaign,
        customer,
        channel: random() < 0.5 ? ('email' as const) : ('sms' as const),
        origin: { type: 'journey' as const, id, version: 1, step: 'send' },
        occurrence: 'launch',
        expiresAt: noon + Math.ceil(random() * 20) * day,
      };
      return aTouch(plan, random() < 0.8 ? noon : noon + hour);
    });
    return [...new Map(some.map((touch) => [touch.id, touch])).values()];
  });
}

/** Takes most messages; refuses some for now or for good, or falls silent having sent them or not. */
class Provider {
  readonly received: Received[] = [];
  readonly #trouble: number;
  readonly #random: () => number;
  readonly #world: Messaging;
  readonly #touches: ReadonlyMap<string, Touch>;
  /** Who each touch was claimed for. */
  readonly #claims = new Map<string, ReadonlySet<string>>();
  #untold: { readonly one: Received; readonly providerId: string }[] = [];
  #count = 0;

  constructor({ trouble }: Simulation, random: () => number, world: Messaging, planned: readonly Touch[]) {
    this.#trouble = trouble;
    this.#random = random;
    this.#world = world;
    this.#touches = new Map(planned.map((touch) => [nameOf(touch), touch]));
  }

  claimed(touch: TouchKey, reader: ReadonlySet<string>): void {
    this.#claims.set(nameOf(touch), reader);
  }

  take(message: OutgoingMessage): Handover {
    const draw = this.#random() * 100;
    const providerId = `m${++this.#count}`;
    if (draw < this.#trouble * 0.4) return { type: 'refused', reason: 'throttling', later: true };
    if (draw < this.#trouble * 0.6) return { type: 'refused', reason: 'message_rejected', later: false };
    if (draw >= this.#trouble) {
      this.#deliver(message, providerId);
      return { type: 'accepted', providerId };
    }
    if (this.#random() < 0.5) this.#deliver(message, providerId);
    return { type: 'unknown', reason: 'timeout' };
  }

  #deliver({ touch: key, channel, to }: OutgoingMessage, providerId: string): void {
    const touch = this.#touches.get(nameOf(key));
    const reader = this.#claims.get(nameOf(key));
    if (!touch || !reader) throw new Error('a message that was never planned or never claimed');
    const bounced = channel === 'email' && this.#random() * 200 < this.#trouble;
    const one = { touch, reader, to, at: this.#world.clock.time, bounced };
    this.received.push(one);
    if (bounced || (channel === 'email' && this.#random() < 0.5)) this.#untold.push({ one, providerId });
  }

  async tellWhatBecameOfThem(): Promise<void> {
    for (const { one, providerId } of this.#untold.splice(0)) {
      const { customer, id } = one.touch;
      await takeFeedback(
        {
          type: 'reaction',
          channel: 'email',
          kind: one.bounced ? 'bounced' : 'delivered',
          at: this.#world.clock.time,
          touch: { customer, id },
          providerId,
          addresses: [one.to],
          ...(one.bounced && { blocks: 'bounce' as const }),
        },
        this.#world.deps,
      );
    }
  }
}

class Senders {
  deaths = 0;
  failedCalls = 0;
  readonly #simulation: Simulation;
  readonly #random: () => number;
  readonly #world: Messaging;
  readonly #people: People;
  readonly #provider: Provider;

  constructor(simulation: Simulation, random: () => number, world: Messaging, people: People, provider: Provider) {
    this.#simulation = simulation;
    this.#random = random;
    this.#world = world;
    this.#people = people;
    this.#provider = provider;
  }

  /** Each call goes to one of the senders, some of them twice, in no order. */
  async work(calls: readonly TouchCall[]): Promise<void> {
    const own = Array.from({ length: this.#simulation.senders }, (): [number, TouchCall][] => []);
    const give = (call: TouchCall) => own[Math.floor(this.#random() * own.length)]?.push([this.#random(), call]);
    for (const call of calls) {
      give(call);
      if (this.#random() < 0.3) give(call);
    }
    await Promise.all(own.map((some) => this.#sendAll(some.sort(([a], [b]) => a - b).map(([, call]) => call))));
  }

  async #sendAll(calls: TouchCall[]): Promise<void> {
    const { sideBySide = 1 } = this.#simulation;
    await Promise.all(Array.from({ length: sideBySide }, () => this.#sendOneAfterTheOther(calls)));
  }

  async #sendOneAfterTheOther(calls: TouchCall[]): Promise<void> {
    for (let call = calls.shift(); call; call = calls.shift()) {
      const life = { isOver: false };
      await sendTouches(call, () => 30_000, this.#depsOf(life)).catch(() => this.failedCalls++);
      if (life.isOver) this.deaths++;
    }
  }

  /** What a sender works with that may die at any request, before it arrived or after, and then does nothing any more. */
  #depsOf(life: { isOver: boolean }): SendDeps {
    const risky = <T>(request: () => Promise<T>) => this.#risk(life, request);
    const { touches } = this.#world;
    const take = async (message: OutgoingMessage) => this.#provider.take(message);
    const send = async (message: OutgoingMessage): Promise<Handover> => {
      try {
        return await risky(() => take(message));
      } catch (error) {
        // A provider's client never throws: only a death does.
        if (life.isOver) throw error;
        return { type: 'refused', reason: 'throttling', later: true };
      }
    };
    const commit: TouchStore['commit'] = async (changes) => {
      const written = touches.commit(changes);
      const claims = changes.touches?.filter(({ value }) => value.state === 'claimed') ?? [];
      const readers = claims.map(({ value }) => [value, this.#people.readerOf(value.customer)] as const);
      await written;
      for (const [touch, reader] of readers) this.#provider.claimed(touch, reader);
    };
    return {
      ...this.#world.deps,
      senders: { email: { send }, sms: { send }, webhook: { send } },
      touches: {
        readLive: (keys) => risky(() => touches.readLive(keys)),
        readOpen: (customer) => risky(() => touches.readOpen(customer)),
        readTouch: (key) => risky(() => touches.readTouch(key)),
        commit: (changes) => risky(() => commit(changes)),
        plan: (touch) => touches.plan(touch),
        listTouches: (customer, after, limit) => touches.listTouches(customer, after, limit),
      },
    };
  }

  async #risk<T>(life: { isOver: boolean }, request: () => Promise<T>): Promise<T> {
    // Others have their turn in between.
    for (let steps = this.#random() * 4; steps > 1; steps--) await Promise.resolve();
    if (life.isOver) throw new Error('dead');
    const draw = this.#random() * 1000;
    const { deaths } = this.#simulation;
    if (draw >= 2 * deaths) return request();
    if (draw >= deaths) throw new StoreBusyError('throttled');
    life.isOver = true;
    if (this.#random() < 0.5) await request().catch(() => undefined);
    throw new Error('died');
  }
}

async function dueCalls(index: TouchDueIndex, until: number): Promise<TouchCall[]> {
  const calls = new Map<string, TouchCall>();
  for (const { customer, id } of await dueTouches(index, until)) {
    const channel: Channel = channelOfTouch(id);
    calls.set(`${customer} ${channel}`, { customer, channel });
  }
  return [...calls.values()];
}

async function dueTouches(index: TouchDueIndex, until: number, firstOnly = false): Promise<TouchKey[]> {
  const shards = Array.from({ length: dueShards }, async (_, shard) => {
    const found: TouchKey[] = [];
    let after: string | undefined;
    do {
      const page = await index.readDueTouches(shard, { until }, after, firstOnly ? 1 : 1000);
      found.push(...page.items);
      after = firstOnly ? undefined : page.next;
    } while (after !== undefined);
    return found;
  });
  return (await Promise.all(shards)).flat();
}

/** When the next touch is due, whoever's; undefined when none is open any more. */
async function nextDue(touches: TouchStore & TouchDueIndex): Promise<number | undefined> {
  const first = await dueTouches(touches, noon + 400 * day, true);
  const { touches: found } = await touches.readLive({ touches: first });
  const times = [...found.values()].flatMap(({ value }) => value.dueAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

async function books(touches: TouchStore, planned: readonly Touch[], customers: readonly string[]) {
  const { touches: found } = await touches.readLive({ touches: planned });
  const settled = [...found.values()].map(({ value }) => value);
  const keys = settled.flatMap(({ claim }) => claim?.address ?? []);
  const { contacts, addresses } = await touches.readLive({ contacts: customers, addresses: keys });
  return {
    settled,
    contacts: [...contacts.values()].map(({ value }) => value),
    addresses: [...addresses.values()].map(({ value }) => value),
  };
}

export function nameOf({ customer, id }: TouchKey): string {
  return `${customer} ${id}`;
}
