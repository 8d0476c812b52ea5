import { type DomainEvent, wants } from '../../domain/events/event.ts';
import type { DomainEvents } from '../marketing-ports.ts';
import type { Clock, SettingsReader, WorkQueue } from '../ports.ts';
import type { Listeners } from './event-ports.ts';

/** Tells other systems; costs next to nothing where nobody listens. */
export interface HeardEvents extends DomainEvents {
  /** Whether anybody listens to such events: what it takes to make one need not be read otherwise. */
  isHeard(type: DomainEvent['type']): Promise<boolean>;
}

interface TellDeps extends Listeners {
  readonly settings: SettingsReader;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

/** Events handed to the work queue, one message each: whoever tells one need not wait for those who hear it. */
export function queuedEvents(deps: TellDeps): HeardEvents {
  const isHeard = async (type: string) => {
    if ((await deps.settings.settings(deps.clock.now())).eventBus) return true;
    return (await deps.listeners()).some(({ enabled, events }) => enabled && wants(events, type));
  };
  return {
    isHeard,
    async tell(events) {
      for (const event of events) {
        if (await isHeard(event.type)) await deps.work.send({ type: 'event.out', event: { ...event }, tries: 0 });
      }
    },
  };
}
