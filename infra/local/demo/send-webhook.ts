import { randomUUID } from 'node:crypto';
import { keyOfSecret, signatureOf } from '../../../shared/contracts/platforms/standard-webhooks.ts';

export interface WebhookTarget {
  /** Origin of the API. */
  readonly url: string;
  readonly shop: string;
  readonly secret: string;
  /** The clock the receiver goes by. */
  readonly now: () => number;
}

/** Sends one event as a shop would: signed as Standard Webhooks has it. */
export function sendWebhook(
  target: WebhookTarget,
  body: string | Buffer,
  id: string = randomUUID(),
): Promise<Response> {
  const bytes = Buffer.from(body);
  const key = keyOfSecret(target.secret);
  if (!key) throw new Error('the secret is no whsec_ secret');
  const timestamp = String(Math.floor(target.now() / 1000));
  return fetch(`${target.url}/webhooks/${target.shop}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(id, timestamp, bytes, key),
    },
    body: bytes,
  });
}

/** Sends many, `lanes` at a time, in their order of begin. @throws on an answer other than 2xx, naming it */
export async function sendWebhooks(
  target: WebhookTarget,
  events: readonly { readonly id: string; readonly body: string }[],
  options: { readonly lanes?: number; readonly onSent?: (sent: number) => void } = {},
): Promise<void> {
  let next = 0;
  let sent = 0;
  const lane = async () => {
    for (let event = events[next++]; event; event = events[next++]) {
      const answer = await sendWebhook(target, event.body, event.id);
      if (!answer.ok) throw new Error(`webhook ${event.id} was answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
      options.onSent?.(++sent);
    }
  };
  await Promise.all(Array.from({ length: options.lanes ?? 8 }, lane));
}
