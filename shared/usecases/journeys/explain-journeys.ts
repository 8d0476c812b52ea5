import type { Instant } from '../../domain/calendar.ts';
import { type Judgement, judge } from '../../domain/contact-policy/gates.ts';
import { standingOf, zoneOf } from '../../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { hourMs } from '../../domain/durations.ts';
import { NotFoundError } from '../../domain/errors.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { isForShop, newsOf, type Occurrence } from '../../domain/journeys/enter.ts';
import type { Journey, SendStep } from '../../domain/journeys/journey.ts';
import { lastShop } from '../../domain/journeys/last-purchase.ts';
import { isOrderTrigger, occurrencesOfOrder } from '../../domain/journeys/order-occurrences.ts';
import { compileJourney } from '../../domain/journeys/program.ts';
import { occurrencesOfEvents, occurrencesOfFile } from '../../domain/journeys/triggers.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { contactOf, type Touch } from '../../domain/touches/touch.ts';
import { readBehaviourOf } from '../behaviour/take-in-behaviour.ts';
import type { EnrolmentStore, JourneyReader } from '../marketing-ports.ts';
import { type BrakeReader, brakeOf } from '../messages/brake-sending.ts';
import { allTouches, type Records, readRecords, recordOf } from '../messages/explain-contact.ts';
import type { CustomerStore, ShopReader } from '../ports.ts';
import { type RuleDeps, ruleHolds } from '../segments/live-rule.ts';
import { enrolmentsOf } from './enrolments-of.ts';

export interface ExplainDeps extends Omit<RuleDeps, 'store'> {
  readonly store: Pick<CustomerStore, 'readFiles' | 'readOrders'>;
  readonly journeys: JourneyReader;
  readonly enrolments: Pick<EnrolmentStore, 'listEnrolments'>;
  readonly rates: BrakeReader;
  readonly shops: Pick<ShopReader, 'shop'>;
}

/** What would become of one step's message on one channel, if it were due now. */
export interface ChannelExplanation {
  readonly channel: Channel;
  readonly judgement: Judgement;
}

/** That the trigger has come true, and whether it lets in. */
export interface CauseExplanation {
  readonly occurrence: Occurrence;
  readonly news: 'new' | 'before' | 'stale' | 'other_shop';
}

export interface JourneyExplanation {
  readonly journey: Journey;
  readonly step: SendStep;
  readonly causes: readonly CauseExplanation[];
  /** Whether the filter holds now; absent without one. */
  readonly filter?: boolean;
  /** Where the customer stands in it, by the time of the cause, newest first. */
  readonly enrolments: readonly Enrolment[];
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

/** Everything read of the customer. */
interface Subject {
  readonly file: CustomerFile;
  readonly orders: readonly Order[];
  readonly records: Records;
  readonly touches: readonly Touch[];
  readonly enrolments: readonly Enrolment[];
  readonly settings: Settings;
  readonly now: Instant;
}

/**
 * "Why (not) me?": for each message of a journey whether its trigger has come true and its filter holds, where the customer
 * stands in it, every gate with the values it sees now, and what the gates saw when messages were due (DOMAIN 3).
 * @param journeyId left out: the journeys that are on, and those the customer has been in
 * @throws NotFoundError when there is no journey of this id
 */
export async function explainContact(
  file: CustomerFile,
  journeyId: string | undefined,
  deps: ExplainDeps,
): Promise<ContactExplanation> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const all = await deps.journeys.journeys();
  if (journeyId !== undefined && !all.some(({ id }) => id === journeyId)) {
    throw new NotFoundError('There is no such journey.');
  }
  const subject = await readSubject(file, settings, now, deps);
  const asked = all.filter(({ id, enabled }) =>
    journeyId === undefined ? enabled || wasIn(id, subject) : id === journeyId,
  );
  const explained: JourneyExplanation[] = [];
  for (const journey of asked) explained.push(...(await explainJourney(journey, subject, deps)));
  const { stage, zone } = standingOf(recordOf(subject.records, file, 'email'), 'email', settings, now);
  return { asOf: now, stage, zone, journeys: explained };
}

async function readSubject(file: CustomerFile, settings: Settings, now: Instant, deps: ExplainDeps): Promise<Subject> {
  const speaks = lastShop(file, now);
  const shop = speaks === undefined ? undefined : await deps.shops.shop(speaks);
  const stored = await deps.store.readOrders([...file.orders.keys()]);
  return {
    file,
    orders: [...stored.values()].map(({ value }) => value.order),
    records: await readRecords([file], shop?.timezone ?? settings.timezone, deps),
    touches: await allTouches(file, deps.touches),
    enrolments: await enrolmentsOf(file, deps.enrolments),
    settings,
    now,
  };
}

function wasIn(journey: string, { enrolments, touches }: Subject): boolean {
  return (
    enrolments.some((one) => one.journey === journey) ||
    touches.some(({ origin }) => origin.type === 'journey' && origin.id === journey)
  );
}

async function explainJourney(journey: Journey, subject: Subject, deps: ExplainDeps): Promise<JourneyExplanation[]> {
  const { file, touches } = subject;
  const { definition } = journey;
  const causes = await causesNow(journey, subject, deps);
  const filter = definition.filter && (await ruleHolds(definition.filter, file, deps));
  const enrolments = subject.enrolments.filter((one) => one.journey === journey.id);
  const steps = compileJourney(definition).ops.flatMap((op) => (op.type === 'send' ? [op.step] : []));
  const explained: JourneyExplanation[] = [];
  for (const step of steps) {
    const now: ChannelExplanation[] = [];
    for (const channel of step.channels) {
      now.push({ channel, judgement: await judgeStep(journey, step, channel, subject, deps) });
    }
    const own = touches.filter(({ origin }) => {
      return origin.type === 'journey' && origin.id === journey.id && origin.step === step.id;
    });
    const rest = { causes, ...(filter !== undefined && { filter }), enrolments, now, touches: own };
    explained.push({ journey, step, ...rest });
  }
  return explained;
}

/** What the trigger finds now; coming into a segment is seen by the enrolment only. */
async function causesNow(journey: Journey, subject: Subject, deps: ExplainDeps): Promise<CauseExplanation[]> {
  const { settings, now } = subject;
  return (await occurrencesNow(journey, subject, deps)).map((occurrence) => {
    const isMeant = isForShop(journey.definition, occurrence.shop);
    return { occurrence, news: isMeant ? newsOf(occurrence, journey, settings, now) : 'other_shop' };
  });
}

async function occurrencesNow(
  { definition: { trigger } }: Journey,
  { file, orders, settings, now }: Subject,
  { shops, behaviour }: ExplainDeps,
): Promise<Occurrence[]> {
  const zoneOfShop = async (id: string | undefined) =>
    (id === undefined ? undefined : await shops.shop(id))?.timezone ?? settings.timezone;
  if (trigger.on === 'event') {
    return occurrencesOfEvents(trigger, await readBehaviourOf(file, now, behaviour), file, now);
  }
  if (!isOrderTrigger(trigger)) {
    const zone = zoneOf(file, await zoneOfShop(lastShop(file, now)));
    return occurrencesOfFile(trigger, file, zone, settings, now);
  }
  const found: Occurrence[] = [];
  for (const order of orders) found.push(...occurrencesOfOrder(trigger, order, await zoneOfShop(order.shop), now));
  return found;
}

async function judgeStep(
  journey: Journey,
  step: SendStep,
  channel: Channel,
  { file, records, settings, now }: Subject,
  { rates }: Pick<ExplainDeps, 'rates'>,
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
    expiresAt: now + step.expiresAfterHours * hourMs,
    ...(step.own && { own: true }),
  };
  return judge(candidate, standing, settings, now, await brakeOf(channel, settings, now, rates));
}
