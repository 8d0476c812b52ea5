import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { eventSchema } from '../../../contracts/events.ts';
import { formatInstant } from '../../../domain/calendar.ts';
import { dayMs } from '../../../domain/durations.ts';
import { type DomainEvent, deliveryStates } from '../../../domain/events/event.ts';
import type { Delivery, DeliveryLog } from '../../../usecases/events/event-ports.ts';
import type { Clock } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import {
  expiring,
  type Item,
  itemKey,
  listValues,
  payloadOf,
  readItem,
  type WorkspaceTable,
} from './workspace-table.ts';

const HANDED_OUT = 'event';
const KEPT_MS = 30 * dayMs;
/** Deliveries of one subscription: the events by their time, and each by its id. */
const kindOf = (subscription: string) => `delivery ${subscription}`;
const placeKind = (subscription: string) => `delivery-of ${subscription}`;
const placeOf = ({ id, occurredAt }: DomainEvent) => `${formatInstant(occurredAt)} ${id}`;

const stored = z.object({
  subscription: z.string(),
  event: eventSchema,
  state: z.enum(deliveryStates),
  tries: z.int(),
  answer: z.string(),
  at: z.int(),
  nextAt: z.int().exactOptional(),
});

/** What became of events, for thirty days: one row for each that listens, the last try in it. */
export function dynamoDeliveryLog(table: WorkspaceTable, clock: Clock): DeliveryLog {
  const put = (item: Item) =>
    named(
      table.client.send(
        new PutItemCommand({ TableName: table.name, Item: { ...item, ...expiring(clock.now() + KEPT_MS) } }),
      ),
    );
  return {
    isNew: async (event) => (await readItem(table, HANDED_OUT, event)) === undefined,
    async markHandedOut(event) {
      await put(itemKey(HANDED_OUT, event));
    },
    async record(delivery) {
      const place = placeOf(delivery.event);
      await put({ ...itemKey(kindOf(delivery.subscription), place), body: { S: JSON.stringify(delivery) } });
      await put({ ...itemKey(placeKind(delivery.subscription), delivery.event.id), place: { S: place } });
    },
    async readDelivery(subscription, event) {
      const place = (await readItem(table, placeKind(subscription), event))?.place?.S;
      const item = place === undefined ? undefined : await readItem(table, kindOf(subscription), place);
      return item && deliveryOf(item);
    },
    async listDeliveries(subscription, after, limit) {
      const listing = { kind: kindOf(subscription), after, limit, newestFirst: true, now: clock.now() };
      return listValues(table, listing, deliveryOf);
    },
  };
}

function deliveryOf(item: Item): Delivery {
  return stored.parse(payloadOf(item));
}
