import { formatInstant } from '../../domain/calendar.ts';
import type { ChannelSender, Handover, OutgoingMessage } from '../../usecases/messages/messaging-ports.ts';
import type { Clock } from '../../usecases/ports.ts';
import { handoverOfError } from '../provider-errors.ts';
import { postSigned, type SignedPost } from './post-signed.ts';

export interface WebhookSenderOptions {
  /** Signs what is sent, as Standard Webhooks has it. */
  readonly key: Buffer;
  /** Only https, unless this is a machine to try things out on. */
  readonly plainHttp: boolean;
  readonly clock: Clock;
}

/**
 * Messages over any other channel: a signed POST to the merchant's own endpoint. Its id is the touch's, so that a receiver
 * can tell a repetition. 2xx is taken, 4xx is refused, anything else may have been taken.
 */
export function webhookSender({ key, plainHttp, clock }: WebhookSenderOptions): ChannelSender {
  return {
    async send(message) {
      const url = message.settings.webhook.url;
      if (url === undefined) return refused('no_webhook_address', false);
      if (!plainHttp && !url.startsWith('https:')) return refused('webhook_needs_https', false);
      const now = clock.now();
      const id = `${message.touch.customer}-${message.touch.id}`;
      return post({ url, id, key, content: bodyOf(message, now), now });
    },
  };
}

async function post(signed: SignedPost): Promise<Handover> {
  try {
    return handoverOfStatus(await postSigned(signed));
  } catch (error) {
    // fetch hides the reason of the connection in the cause.
    return handoverOfError(error instanceof Error && error.cause instanceof Error ? error.cause : error);
  }
}

function handoverOfStatus(status: number): Handover {
  if (status >= 200 && status < 300) return { type: 'accepted' };
  if (status === 429) return refused('http_429', true);
  return status >= 300 && status < 500
    ? refused(`http_${status}`, false)
    : { type: 'unknown', reason: `http_${status}` };
}

function refused(reason: string, later: boolean): Handover {
  return { type: 'refused', reason, later };
}

function bodyOf({ touch, content, facts }: OutgoingMessage, now: number): Record<string, unknown> {
  return {
    type: 'touch.send',
    timestamp: formatInstant(now),
    data: { touchId: touch.id, text: content.text, ...facts },
  };
}
