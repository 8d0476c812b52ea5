import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../../usecases/events/event-ports.ts';
import { StoreBusyError } from '../../usecases/ports.ts';

/** The source that rules of other systems match on. */
export const eventSource = 'huitou';

/** Events on an EventBridge bus; the id stands in the detail, for a bus gives each its own. */
export function eventBridgeBus(client: EventBridgeClient, name: string): EventBus {
  return {
    async put({ id, type, occurredAt, data }) {
      const Detail = JSON.stringify({ id, ...data });
      const entry = { EventBusName: name, Source: eventSource, DetailType: type, Detail, Time: new Date(occurredAt) };
      const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount > 0) throw new StoreBusyError(Entries[0]?.ErrorCode ?? 'PutEvents');
    },
  };
}
