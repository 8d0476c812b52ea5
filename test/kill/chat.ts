import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SentMessage } from '../support/touch-accounts.ts';

/** The far end of the webhook channel: takes messages, and fails in every way a server can. */
export interface Chat {
  readonly url: string;
  /** What it has taken, whatever it then answered. */
  readonly messages: readonly SentMessage[];
  stop(): Promise<void>;
}

/** @param random draws what becomes of each request; one in four goes wrong */
export async function startChat(random: () => number): Promise<Chat> {
  const messages: SentMessage[] = [];
  const take = (id: string, body: string) => {
    const { touchId } = JSON.parse(body).data as { touchId: string };
    const customer = id.slice(0, -`-${touchId}`.length);
    messages.push({ channel: 'webhook', messageId: id, touchId, customer, to: customer });
  };
  const server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const fate = random();
    if (fate < 0.1) return void response.writeHead(429).end();
    take(String(request.headers['webhook-id']), body);
    if (fate < 0.18) return void response.writeHead(500).end();
    if (fate < 0.25) return void request.socket.destroy();
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    messages,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
