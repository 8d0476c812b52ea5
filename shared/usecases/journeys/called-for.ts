import type { Instant } from '../../domain/calendar.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { hourMs } from '../../domain/durations.ts';
import { isForShop } from '../../domain/journeys/enter.ts';
import { type Entered, exitReasonOf, otherOrders } from '../../domain/journeys/exits.ts';
import type { JourneyDefinition } from '../../domain/journeys/journey.ts';
import { compileJourney } from '../../domain/journeys/program.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { CalledFor, JourneyReader, NotNow } from '../marketing-ports.ts';
import type { TouchStore } from '../messages/messaging-ports.ts';
import type { SendingScene } from '../messages/read-sending-scene.ts';
import type { SettingsReader } from '../ports.ts';

export interface CalledForDeps {
  readonly journeys: JourneyReader;
  readonly touches: Pick<TouchStore, 'readLive'>;
  readonly settings: SettingsReader;
  /** Whether a rule holds of a customer now; asked only where a journey ends when its filter holds no more. */
  readonly holds: (rule: SegmentRule, file: CustomerFile) => Promise<boolean>;
}

type Scene = Pick<SendingScene, 'file' | 'order' | 'shopOf'>;

/** What waits of a paused journey is looked at so often, in case the recall of its resumption is lost. */
const pausedMs = hourMs;

/**
 * Whether a journey's message is still called for, looked at once more right before it would leave (DOMAIN 8, "Paid
 * meanwhile"): its journey was switched off or paused, its order was paid or belongs to somebody else by now, its customer
 * has moved on. One more request where a payment reminder has to know the buyer's other orders.
 */
export function journeyCalledFor(deps: CalledForDeps): CalledFor {
  return {
    async whyNotNow(touch, scene, now) {
      const journey = (await deps.journeys.journeys()).find(({ id }) => id === touch.origin.id);
      if (!journey?.enabled || !isForShop(journey.definition, touch.shop)) return gone('journey_off');
      if (touch.shop !== undefined && !scene.shopOf(touch)) return gone('shop_gone');
      // The file it was planned for may have been taken apart since.
      if (touch.order !== undefined && !scene.file.orders.has(touch.order)) return gone('order_moved');
      const definition = await deps.journeys.definition(journey.id, touch.origin.version);
      if (!definition) return gone('journey_off');
      const reason = await exitOf(touch, definition, scene, now, deps);
      if (reason !== undefined) return gone(reason);
      return journey.pausedAt === undefined ? undefined : { type: 'wait', until: now + pausedMs, reason: 'paused' };
    },
  };
}

function gone(reason: string): NotNow {
  return { type: 'gone', reason };
}

async function exitOf(
  touch: Touch,
  definition: JourneyDefinition,
  scene: Scene,
  now: Instant,
  deps: CalledForDeps,
): Promise<string | undefined> {
  const { file } = scene;
  const order = scene.order(touch.order)?.order;
  if (touch.order !== undefined && !order) return 'order_moved';
  const entered = enteredOf(touch, definition);
  const isKept = await filterHolds(definition, file, deps);
  const facts = {
    file,
    ...(order && { order }),
    others: await readOthers(otherOrders(definition, entered, file), deps),
    settings: await deps.settings.settings(now),
    holds: () => isKept,
  };
  return exitReasonOf(definition, entered, facts, now);
}

/** Where the customer stood when the message was planned, as far as exits ask. */
function enteredOf({ occurredAt, order, occurrence, origin }: Touch, definition: JourneyDefinition): Entered {
  const first = compileJourney(definition).ops.find((op) => op.type === 'send' || op.type === 'act');
  const isFirst = first?.type === 'send' && first.id === origin.step;
  return {
    at: occurredAt,
    ...(order !== undefined && { order }),
    occurrence,
    done: isFirst ? {} : { [origin.step]: occurredAt },
  };
}

async function filterHolds(
  { exit, filter }: JourneyDefinition,
  file: CustomerFile,
  { holds }: CalledForDeps,
): Promise<boolean> {
  return !exit.includes('rule') || !filter || holds(filter, file);
}

async function readOthers(refs: readonly string[], { touches }: CalledForDeps): Promise<Order[]> {
  if (refs.length === 0) return [];
  return [...(await touches.readLive({ orders: refs })).orders.values()].map(({ value }) => value.order);
}
