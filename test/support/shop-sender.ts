import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyOfSecret, signatureOf } from '../../shared/contracts/platforms/standard-webhooks.ts';

/** A shop as its platform sees it: where its webhooks go, and what signs them. */
export interface ShopAddress {
  /** Origin of the API. */
  readonly url: string;
  readonly shop: string;
  readonly secret: string;
  /** The clock the receiver goes by. */
  readonly now: () => number;
}

export interface ShopEvent {
  readonly id: string;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Sending {
  readonly lanes?: number;
  /** Tries again after a 5xx or a broken connection, as shops do, until this many milliseconds have passed. */
  readonly patienceMs?: number;
  /** Called with every answer, of lost tries too. */
  readonly onReply?: (reply: Reply, event: ShopEvent) => void;
}

/** How many events got which status as their last answer, and how many answers were refusals to come again. */
export interface Sent {
  readonly byStatus: Readonly<Record<number, number>>;
  readonly retries: number;
}

/**
 * Sends events as a busy shop does: signed, several at a time over kept connections, each begun in its turn.
 * @throws when the API cannot be reached and patience is at its end
 */
export async function sendAll(
  address: ShopAddress,
  events: readonly ShopEvent[],
  { lanes = 8, patienceMs = 0, onReply }: Sending = {},
): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const byStatus: Record<number, number> = {};
  let retries = 0;
  let next = 0;
  const deadline = performance.now() + patienceMs;
  const deliver = async (event: ShopEvent): Promise<Reply> => {
    for (;;) {
      const reply = await sendOnce(address, event, agent).catch((error: unknown) => {
        if (performance.now() > deadline) throw error;
        return undefined;
      });
      if (reply !== undefined) onReply?.(reply, event);
      if (reply !== undefined && (reply.status < 500 || performance.now() > deadline)) return reply;
      retries++;
      await sleep(50);
    }
  };
  const lane = async () => {
    for (let event = events[next++]; event; event = events[next++]) {
      const { status } = await deliver(event);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    agent.destroy();
  }
  return { byStatus, retries };
}

/** One attempt, signed with the time of this attempt. */
export function sendOnce({ url, shop, secret, now }: ShopAddress, { id, body }: ShopEvent, agent?: Agent) {
  const key = keyOfSecret(secret);
  if (!key) throw new Error('the secret is no whsec_ secret');
  const bytes = Buffer.from(body);
  const timestamp = String(Math.floor(now() / 1000));
  const headers = {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(id, timestamp, bytes, key),
  };
  return new Promise<Reply>((resolve, reject) => {
    const attempt = request(`${url}/webhooks/${shop}`, { method: 'POST', headers, ...(agent && { agent }) });
    attempt.on('error', reject);
    attempt.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    attempt.end(bytes);
  });
}
