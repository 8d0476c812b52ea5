import { createHmac } from 'node:crypto';
import { formatInstant } from '../../domain/calendar.ts';
import type { EventPoster, Subscription } from '../../usecases/events/event-ports.ts';
import type { Clock } from '../../usecases/ports.ts';
import { postSigned } from '../webhooks/post-signed.ts';

export interface EventPosterOptions {
  /** Root of the secrets of subscriptions. */
  readonly key: Buffer;
  /** Only https, unless this is a machine to try things out on. */
  readonly plainHttp: boolean;
  readonly clock: Clock;
}

/** A subscription's own secret, reckoned from the root: nothing is kept, and each number has another. */
export function subscriptionKey(root: Buffer, { id, secretNumber }: Pick<Subscription, 'id' | 'secretNumber'>): Buffer {
  return createHmac('sha256', root).update(`subscription/${id}/${secretNumber}`).digest();
}

/** Events as signed POSTs. */
export function eventPoster({ key, plainHttp, clock }: EventPosterOptions): EventPoster {
  return {
    async post({ id, type, occurredAt, data }, subscription) {
      const { url } = subscription;
      if (!plainHttp && !url.startsWith('https:')) return { ok: false, answer: 'needs_https' };
      const content = { type, timestamp: formatInstant(occurredAt), data };
      try {
        const status = await postSigned({
          url,
          id,
          key: subscriptionKey(key, subscription),
          content,
          now: clock.now(),
        });
        return { ok: status >= 200 && status < 300, answer: String(status) };
      } catch (error) {
        return { ok: false, answer: reasonOf(error) };
      }
    },
  };
}

/** fetch hides the reason of the connection in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
