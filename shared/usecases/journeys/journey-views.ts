import type { Instant } from '../../domain/calendar.ts';
import { zoneOf } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import type { JourneyView } from '../../domain/journeys/advance.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { type ExitFacts, exitReasonOf, otherOrders } from '../../domain/journeys/exits.ts';
import type { JourneyDefinition } from '../../domain/journeys/journey.ts';
import { compileJourney, type Op } from '../../domain/journeys/program.ts';
import { channels } from '../../domain/messages/message-class.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { type Touch, touchIdOf, touchName } from '../../domain/touches/touch.ts';
import type { TouchKey } from '../messages/messaging-ports.ts';
import { liveRule } from '../segments/live-rule.ts';
import type { JourneyRunDeps } from './journey-deps.ts';

/** A customer somewhere in a journey, with everything that tells how they go on. */
export interface Traveller {
  readonly enrolment: Enrolment;
  /** Of the version they were enrolled with. */
  readonly definition: JourneyDefinition;
  readonly file: CustomerFile;
  /** The order it is about. */
  readonly order?: Order;
}

type ViewDeps = Pick<
  JourneyRunDeps,
  'touches' | 'shops' | 'identityHash' | 'store' | 'settings' | 'limits' | 'behaviour' | 'clock'
>;

/**
 * What the engine sees of each, in their order. Rules are asked of all at once, and only where the steps ahead name any;
 * so are reactions to earlier messages.
 */
export async function journeyViews(
  travellers: readonly Traveller[],
  settings: Settings,
  now: Instant,
  deps: ViewDeps,
): Promise<JourneyView[]> {
  const holds = await rulesAhead(travellers, deps);
  const reactions = await reactionsAhead(travellers, deps);
  const zones = await shopZones(travellers, settings, deps);
  const others = await ordersBeside(travellers, deps);
  return travellers.map((traveller) => {
    const { file, enrolment } = traveller;
    return {
      zone: zoneOf(file, zones.get(enrolment.shop ?? '') ?? settings.timezone),
      quietHours: settings.quietHours,
      exit: () => exitReasonOf(traveller.definition, enrolment, factsOf(traveller, others, settings, holds), now),
      holds: (rule) => holds(rule, file),
      reacted: (step, kind) => reactions(traveller, step).some((touch) => touch.reactions[kind] !== undefined),
    };
  });
}

/** Operations that may yet come; jumps only lead forward. */
function opsAhead({ enrolment, definition }: Traveller): readonly Op[] {
  return compileJourney(definition).ops.slice(enrolment.place);
}

function factsOf(
  { definition, enrolment, file, order }: Traveller,
  others: ReadonlyMap<string, Order>,
  settings: Settings,
  holds: Holds,
): ExitFacts {
  return {
    file,
    ...(order && { order }),
    others: otherOrders(definition, enrolment, file).flatMap((ref) => others.get(ref) ?? []),
    settings,
    holds: (rule) => holds(rule, file),
  };
}

/** The buyer's other orders, where a reminder has to know them. */
async function ordersBeside(
  travellers: readonly Traveller[],
  { store }: Pick<ViewDeps, 'store'>,
): Promise<ReadonlyMap<string, Order>> {
  const refs = travellers.flatMap(({ definition, enrolment, file }) => otherOrders(definition, enrolment, file));
  if (refs.length === 0) return new Map();
  const stored = await store.readOrders([...new Set(refs)]);
  return new Map([...stored].map(([ref, { value }]) => [ref, value.order]));
}

type Holds = (rule: SegmentRule, file: CustomerFile) => boolean;

function rulesIn(traveller: Traveller): SegmentRule[] {
  const { exit, filter } = traveller.definition;
  const ahead = rulesOfOps(traveller);
  return exit.includes('rule') && filter ? [filter, ...ahead] : ahead;
}

function rulesOfOps(traveller: Traveller): SegmentRule[] {
  return opsAhead(traveller).flatMap((op) => {
    if (op.type === 'filter') return [op.rule];
    return op.type === 'branch' && 'rule' in op.if ? [op.if.rule] : [];
  });
}

async function rulesAhead(travellers: readonly Traveller[], deps: ViewDeps): Promise<Holds> {
  const filesOf = new Map<SegmentRule, CustomerFile[]>();
  for (const traveller of travellers) {
    for (const rule of rulesIn(traveller)) filesOf.set(rule, [...(filesOf.get(rule) ?? []), traveller.file]);
  }
  const members = new Map<SegmentRule, ReadonlySet<CustomerFile>>();
  for (const [rule, files] of filesOf) {
    const live = await liveRule(rule, deps);
    members.set(rule, new Set(await live.membersOf([...new Set(files)].filter((file) => live.mayHoldOf(file)))));
  }
  return (rule, file) => members.get(rule)?.has(file) ?? false;
}

async function reactionsAhead(
  travellers: readonly Traveller[],
  deps: ViewDeps,
): Promise<(traveller: Traveller, step: string) => Touch[]> {
  const keys = travellers.flatMap((traveller) =>
    opsAhead(traveller).flatMap((op) =>
      op.type === 'branch' && 'step' in op.if ? touchesOfStep(traveller, op.if.step, deps) : [],
    ),
  );
  if (keys.length === 0) return () => [];
  const { touches } = await deps.touches.readLive({ touches: keys });
  return (traveller, step) =>
    touchesOfStep(traveller, step, deps).flatMap((key) => touches.get(touchName(key))?.value ?? []);
}

/** Wherever a step's message may have been planned: on any channel, under any id the customer has had. */
function touchesOfStep(
  { enrolment, file }: Traveller,
  step: string,
  { identityHash }: Pick<ViewDeps, 'identityHash'>,
): TouchKey[] {
  const { journey: id, version, occurrence } = enrolment;
  const origin = { type: 'journey', id, version, step } as const;
  return channels.flatMap((channel) => {
    const touch = touchIdOf({ origin, occurrence, channel }, identityHash);
    return idsOf(file).map((customer) => ({ customer, id: touch }));
  });
}

async function shopZones(
  travellers: readonly Traveller[],
  settings: Settings,
  { shops }: Pick<ViewDeps, 'shops'>,
): Promise<Map<string, string>> {
  const zones = new Map<string, string>();
  for (const shop of new Set(travellers.map(({ enrolment }) => enrolment.shop))) {
    if (shop !== undefined) zones.set(shop, (await shops.shop(shop))?.timezone ?? settings.timezone);
  }
  return zones;
}
