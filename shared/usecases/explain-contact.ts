import type { Instant } from '../domain/calendar.ts';
import { type Judgement, judge } from '../domain/contact-policy/gates.ts';
import {
  addressOf,
  blockOf,
  type ConsentState,
  emptyContactRow,
  type LiveRecord,
  standingOf,
} from '../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../domain/customers/customer-file.ts';
import { NotFoundError } from '../domain/errors.ts';
import type { Journey, SendStep } from '../domain/journeys/definition.ts';
import { lastShop } from '../domain/journeys/occurrences.ts';
import { type Channel, channels } from '../domain/messages/message-class.ts';
import type { Settings } from '../domain/settings/settings.ts';
import { contactOf, type Touch } from '../domain/touches/touch.ts';
import { type BrakeReader, brakeOf } from './brake-sending.ts';
import { everyPage } from './every-page.ts';
import type { TouchStore } from './messaging-ports.ts';
import { addressKeyOf, journeysOf } from './plan-touches.ts';
import type { Clock, SettingsReader, ShopReader } from './ports.ts';

export interface ExplainDeps {
  readonly touches: TouchStore;
  readonly rates: BrakeReader;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
}

/** What would become of one step's message on one channel, if it were due now. */
export interface ChannelExplanation {
  readonly channel: Channel;
  readonly judgement: Judgement;
}

export interface JourneyExplanation {
  readonly journey: Journey;
  readonly step: SendStep;
  readonly now: readonly ChannelExplanation[];
  /** What became of its messages to this customer, newest first. */
  readonly touches: readonly Touch[];
}

export interface ContactExplanation {
  readonly asOf: Instant;
  readonly stage: string;
  readonly zone: string;
  readonly journeys: readonly JourneyExplanation[];
}

/**
 * "Why (not) me?": every gate with the values it sees now, and what the gates saw when messages were due (DOMAIN 3).
 * @throws NotFoundError when there is no journey of this id
 */
export async function explainContact(
  file: CustomerFile,
  journeyId: string | undefined,
  deps: ExplainDeps,
): Promise<ContactExplanation> {
  const asOf = deps.clock.now();
  const settings = await deps.settings.settings(asOf);
  const journeys = journeysOf(settings).filter(({ id }) => journeyId === undefined || id === journeyId);
  if (journeys.length === 0) throw new NotFoundError('There is no such journey.');
  const speaks = lastShop(file, asOf);
  const shop = speaks === undefined ? undefined : await deps.shops.shop(speaks);
  const records = await readRecords([file], shop?.timezone ?? settings.timezone, deps);
  const touches = await allTouches(file, deps.touches);
  const explained: JourneyExplanation[] = [];
  for (const journey of journeys) {
    for (const { send: step } of journey.steps) {
      const now: ChannelExplanation[] = [];
      for (const channel of step.channels) {
        now.push({ channel, judgement: await judgeStep(journey, step, channel, file, records, settings, asOf, deps) });
      }
      const own = touches.filter(({ origin }) => origin.id === journey.id && origin.step === step.id);
      explained.push({ journey, step, now, touches: own });
    }
  }
  const { stage, zone } = standingOf(recordOf(records, file, 'email'), 'email', settings, asOf);
  return { asOf, stage, zone, journeys: explained };
}

async function judgeStep(
  journey: Journey,
  step: SendStep,
  channel: Channel,
  file: CustomerFile,
  records: Records,
  settings: Settings,
  now: Instant,
  deps: ExplainDeps,
): Promise<Judgement> {
  const standing = standingOf(recordOf(records, file, channel), channel, settings, now);
  const origin = { type: 'journey', id: journey.id, version: journey.version, step: step.id } as const;
  const candidate = {
    id: '',
    customer: file.id,
    contact: contactOf({ origin, occurrence: 'as of now' }),
    channel,
    class: step.class,
    purpose: step.purpose,
    expiresAt: now + step.expiresAfterHours * 3_600_000,
  };
  return judge(candidate, standing, settings, now, await brakeOf(channel, settings, now, deps.rates));
}

/** Live records by customer and channel. */
type Records = ReadonlyMap<string, LiveRecord>;

function recordOf(records: Records, file: CustomerFile, channel: Channel): LiveRecord {
  const record = records.get(`${file.id} ${channel}`);
  if (!record) throw new Error('the record was not read');
  return record;
}

async function readRecords(
  files: readonly CustomerFile[],
  shopZone: string,
  { touches, identityHash }: Pick<ExplainDeps, 'touches' | 'identityHash'>,
): Promise<Map<string, LiveRecord>> {
  const key = (channel: Channel, address: string) => addressKeyOf(channel, address, identityHash);
  const everywhere = files.flatMap((file) => channels.map((channel) => ({ file, channel })));
  const live = await touches.readLive({
    contacts: files.flatMap((file) => [file.id, ...file.aliases]),
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
        contacts: [file.id, ...file.aliases].map((id) => live.contacts.get(id)?.value ?? emptyContactRow(id)),
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
  deps: Pick<ExplainDeps, 'touches' | 'identityHash'>,
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
  for (const id of [file.id, ...file.aliases]) {
    for await (const page of everyPage((after) => store.listTouches(id, after, 500))) found.push(...page);
  }
  return found.sort((a, b) => b.plannedAt - a.plannedAt || (a.id < b.id ? -1 : 1));
}
