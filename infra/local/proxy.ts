import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { bodyOf } from './body.ts';
import type { Clock } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import type { RoleLedger } from './iam/policy.ts';
import { type RawRequest, readRequest, type ServiceRequest, signerOf } from './iam/requests.ts';
import { type Answer, deniedAnswer, errorAnswer, faultAnswer } from './proxy-answers.ts';

/** Who calls: a function with the role it runs under. */
export interface Caller {
  readonly functionName: string;
  readonly roleArn: string;
  readonly ledger: RoleLedger;
}

export interface ProxyHooks {
  /** The function behind an access key; undefined for the key of a person or a test, which may do everything. */
  callerOf(accessKeyId: string): Caller | undefined;
  /** Base URL of the engine of a service. */
  engineOf(service: string): string | undefined;
  /** Answers what no engine offers. */
  answerLocally(request: ServiceRequest, raw: RawRequest): Promise<Answer | undefined> | undefined;
  /** Called once a request is answered, before the answer goes out. `failure` is the error's name. */
  answered(request: ServiceRequest, caller: string, raw: RawRequest, body: Buffer, failure: string | undefined): void;
}

export interface ServiceProxy {
  readonly url: string;
  attach(hooks: ProxyHooks): void;
  close(): Promise<void>;
}

/**
 * One endpoint for every service: knows the calling function by its access key, checks and records what its role
 * allows, injects faults, measures, and passes the request on to the engine.
 */
export async function startProxy(clock: Clock, faults: Faults, account: string): Promise<ServiceProxy> {
  const exchange = new Exchange(clock, faults, account);
  const server = createServer({ keepAlive: true, keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    exchange.serve(incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end(String(error));
    });
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    attach: (hooks) => exchange.attach(hooks),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      exchange.agent.destroy();
    },
  };
}

export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

class Exchange {
  readonly agent = new Agent({ keepAlive: true, maxSockets: 128, keepAliveMsecs: 10_000 });
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #account: string;
  #hooks: ProxyHooks | undefined;

  constructor(clock: Clock, faults: Faults, account: string) {
    this.#clock = clock;
    this.#faults = faults;
    this.#account = account;
  }

  attach(hooks: ProxyHooks): void {
    this.#hooks = hooks;
  }

  async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const raw = {
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      headers: incoming.headers,
      body: await bodyOf(incoming),
    };
    const hooks = this.#hooks;
    const signer = signerOf(raw);
    if (signer === undefined || hooks === undefined) return send(outgoing, unsigned, this.#clock);
    const request = readRequest(signer, raw, this.#account);
    const caller = hooks.callerOf(signer.accessKeyId);
    const missing = caller && request.accesses.find((access) => !caller.ledger.check(access));
    if (caller !== undefined && missing !== undefined) {
      return send(
        outgoing,
        deniedAnswer(request.service, caller.roleArn, missing.action, missing.resource),
        this.#clock,
      );
    }
    const name = caller?.functionName ?? 'local';
    const fault = caller === undefined || this.#faults.none ? undefined : this.#drawFault(request, raw, name);
    if (fault?.name.endsWith('.slow')) await pause(fault.ms ?? 200);
    if (fault?.name.endsWith('.timeout')) return;
    const refusal = fault && faultAnswer(fault.name, request);
    if (refusal !== undefined && !fault?.name.endsWith('.lost')) {
      hooks.answered(request, name, raw, Buffer.from(refusal.body), errorName(refusal.status, refusal.body));
      return send(outgoing, refusal, this.#clock);
    }
    const answer = await this.#answer(hooks, request, raw);
    hooks.answered(
      request,
      name,
      raw,
      answer.body,
      answer.status < 400 ? undefined : errorName(answer.status, answer.body),
    );
    if (fault?.name.endsWith('.drop')) return void outgoing.destroy();
    if (refusal !== undefined) return send(outgoing, refusal, this.#clock);
    if (incoming.method === 'HEAD') answer.body = Buffer.alloc(0);
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
  }

  #drawFault(request: ServiceRequest, raw: RawRequest, functionName: string): Fault | undefined {
    const body = request.service === 's3' ? raw.url : raw.body.toString();
    return this.#faults.draw(`${request.service}.`, { function: functionName, operation: request.operation, body });
  }

  async #answer(hooks: ProxyHooks, request: ServiceRequest, raw: RawRequest): Promise<EngineAnswer> {
    const local = await hooks.answerLocally(request, raw);
    if (local !== undefined) return { ...local, headers: { ...local.headers }, body: Buffer.from(local.body) };
    const engine = hooks.engineOf(request.service);
    if (engine === undefined) {
      const { body, ...refused } = errorAnswer(
        request.service,
        501,
        'NotImplemented',
        `The local stack does not offer ${request.service} ${request.operation}.`,
      );
      return { ...refused, headers: { ...refused.headers }, body: Buffer.from(body) };
    }
    return this.#forward(engine, raw);
  }

  #forward(engine: string, raw: RawRequest): Promise<EngineAnswer> {
    const { 'transfer-encoding': _, connection: __, expect: ___, ...headers } = raw.headers;
    headers['content-length'] = String(raw.body.length);
    headers.host ??= addressOf(engine).host;
    const { hostname, port } = addressOf(engine);
    return new Promise((resolve, reject) => {
      const forwarded = httpRequest(
        { hostname, port, path: raw.url, method: raw.method, agent: this.agent, headers },
        (response) => {
          bodyOf(response).then((body) => {
            const { connection, 'keep-alive': keepAlive, 'transfer-encoding': encoding, ...rest } = response.headers;
            const length = raw.method === 'HEAD' ? rest['content-length'] : body.length;
            resolve({ status: response.statusCode ?? 502, headers: { ...rest, 'content-length': length }, body });
          }, reject);
        },
      );
      forwarded.on('error', (error: NodeJS.ErrnoException) => {
        // The engine closed a kept connection just as it was used again: nothing was asked yet.
        if (forwarded.reusedSocket && error.code === 'ECONNRESET') resolve(this.#forward(engine, raw));
        else reject(error);
      });
      forwarded.end(raw.body);
    });
  }
}

interface EngineAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  body: Buffer;
}

const addresses = new Map<string, URL>();

function addressOf(engine: string): URL {
  const address = addresses.get(engine) ?? new URL(engine);
  addresses.set(engine, address);
  return address;
}

const unsigned: Answer = {
  status: 403,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'Missing Authentication Token' }),
};

function send(outgoing: ServerResponse, answer: Answer, clock: Clock): void {
  outgoing.writeHead(answer.status, { date: clock.now().toUTCString(), ...answer.headers });
  outgoing.end(answer.body);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Name of the exception in a JSON or XML error. */
function errorName(status: number, body: Buffer | string): string {
  const text = body.toString();
  return (
    /"__type"\s*:\s*"[^"]*?([A-Za-z0-9]+)"/.exec(text)?.[1] ??
    /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ??
    `Status${status}`
  );
}
