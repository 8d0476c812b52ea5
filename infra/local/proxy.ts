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
import type { Chance, Fault, Faults } from './faults.ts';
import type { RoleLedger } from './iam/policy.ts';
import { type RawRequest, readRequest, type ServiceRequest, signerOf } from './iam/requests.ts';
import { type Answer, deniedAnswer, errorAnswer, faultAnswer } from './proxy-answers.ts';

/** Who calls: a function with the role it runs under. */
export interface Caller {
  readonly functionName: string;
  readonly roleArn: string;
  readonly ledger: RoleLedger;
  /** The environment that calls; undefined when it was ended. */
  readonly environment: CallingEnvironment | undefined;
}

/** One execution environment, as far as its calls of services go. */
export interface CallingEnvironment {
  /** Counts a call; answers which one of its invocation it is, from 1; 0 between invocations. */
  countCall(): number;
  /** Ends the environment; what runs in it fails. Resolves when it is gone. */
  kill(): Promise<void>;
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
    if (caller === undefined) await this.#pass({ hooks, request, raw, name: 'local', fault: undefined }, outgoing);
    else await this.#serveFunction(hooks, request, raw, caller, outgoing);
  }

  async #serveFunction(
    hooks: ProxyHooks,
    request: ServiceRequest,
    raw: RawRequest,
    caller: Caller,
    outgoing: ServerResponse,
  ): Promise<void> {
    const { environment, ledger, roleArn, functionName: name } = caller;
    // A link that was signed before outlives the environment; a call on the wire does not.
    const signedNow = raw.headers.authorization !== undefined;
    if (signedNow && environment === undefined) return void outgoing.destroy();
    const nth = signedNow ? environment?.countCall() : undefined;
    const missing = request.accesses.find((access) => !ledger.check(access));
    if (missing !== undefined) {
      return send(outgoing, deniedAnswer(request.service, roleArn, missing.action, missing.resource), this.#clock);
    }
    if (this.#faults.none) return this.#pass({ hooks, request, raw, name, fault: undefined }, outgoing);
    const chance = chanceOf(request, raw, name, nth);
    if (this.#faults.draw('lambda.killBefore', chance)) return kill(caller, outgoing);
    const killed = this.#faults.draw('lambda.killAfter', chance) !== undefined;
    const fault = this.#faults.drawAnswer(request.service, chance);
    await this.#pass({ hooks, request, raw, name, fault }, killed ? undefined : outgoing);
    if (killed) await kill(caller, outgoing);
  }

  /** Has a request done, or not, as its fault wants; the answer goes to nobody when nobody hears it. */
  async #pass({ hooks, request, raw, name, fault }: Call, outgoing: ServerResponse | undefined): Promise<void> {
    if (fault?.name.endsWith('.slow')) await pause(fault.ms ?? 200);
    if (fault?.name.endsWith('.timeout')) return;
    const refusal = fault && faultAnswer(fault.name, request);
    if (refusal !== undefined && !doneFirst.test(fault?.name ?? '')) {
      hooks.answered(request, name, raw, Buffer.from(refusal.body), errorName(refusal.status, refusal.body));
      return outgoing && send(outgoing, refusal, this.#clock);
    }
    const answer = await this.#answer(hooks, request, raw);
    hooks.answered(
      request,
      name,
      raw,
      answer.body,
      answer.status < 400 ? undefined : errorName(answer.status, answer.body),
    );
    if (outgoing === undefined) return;
    if (fault?.name.endsWith('.drop')) return void outgoing.destroy();
    if (refusal !== undefined) return send(outgoing, refusal, this.#clock);
    if (raw.method === 'HEAD') answer.body = Buffer.alloc(0);
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
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
            // To a HEAD for what is not there the engine tells no length.
            const headers = { ...rest, ...(length !== undefined && { 'content-length': length }) };
            resolve({ status: response.statusCode ?? 502, headers, body });
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

interface Call {
  readonly hooks: ProxyHooks;
  readonly request: ServiceRequest;
  readonly raw: RawRequest;
  /** Name of the calling function. */
  readonly name: string;
  readonly fault: Fault | undefined;
}

/** Faults that lose the answer only. */
const doneFirst = /\.(lost|accepted5xx)$/;

/** The connection is kept until nobody is left to hear that it broke. */
async function kill({ environment }: Caller, outgoing: ServerResponse): Promise<void> {
  await environment?.kill();
  outgoing.destroy();
}

function chanceOf(request: ServiceRequest, raw: RawRequest, functionName: string, nth: number | undefined): Chance {
  const body = request.service === 's3' ? raw.url : raw.body.toString();
  return { function: functionName, operation: request.operation, body, nth };
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
