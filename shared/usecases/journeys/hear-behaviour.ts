import type { HeardEvent } from '../behaviour/take-in-behaviour.ts';
import type { Clock, SettingsReader, WorkQueue } from '../ports.ts';

const atOnce = 100;

/**
 * Lets journeys look at customers who did something that a journey waits for; others are left alone. The settings name
 * what is waited for, so that whoever takes in events needs to know no journey.
 */
export function behaviourHeard({
  settings,
  work,
  clock,
}: {
  readonly settings: SettingsReader;
  readonly work: WorkQueue;
  readonly clock: Clock;
}): (events: readonly HeardEvent[]) => Promise<void> {
  return async (events) => {
    const { eventMarks } = await settings.settings(clock.now());
    const customers = [
      ...new Set(events.flatMap(({ customer, type }) => (eventMarks.includes(type) ? [customer] : []))),
    ];
    for (let start = 0; start < customers.length; start += atOnce) {
      await work.send({ type: 'customers.changed', customers: customers.slice(start, start + atOnce) });
    }
  };
}
