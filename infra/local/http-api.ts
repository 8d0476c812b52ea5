import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import type { Outcome } from './functions/pool.ts';
import { type Arrival, decodedPath, type HttpResponse, httpEvent, httpResponse, splitQuery } from './http-event.ts';
import type { ApiModel, CorsModel, RouteModel } from './model.ts';

/** API Gateway takes 10 MB; a function takes an event of 6 MB. */
const mostBodyBytes = 10 * 1024 * 1024;
const mostEventBytes = 6 * 1024 * 1024;

export interface HttpApiHooks {
  readonly clock: Clock;
  readonly account: string;
  invoke(functionArn: string, event: string): Promise<Outcome>;
}

interface Route {
  readonly model: RouteModel;
  readonly method: string;
  readonly segments: readonly string[];
}

interface Match {
  readonly route: Route;
  readonly parameters: Record<string, string>;
}

/** An API Gateway HTTP API: finds the route, makes the event, turns the function's answer into a response. */
export class HttpApi {
  readonly #model: ApiModel;
  readonly #hooks: HttpApiHooks;
  readonly #routes: readonly Route[];

  constructor(model: ApiModel, hooks: HttpApiHooks) {
    this.#model = model;
    this.#hooks = hooks;
    this.#routes = model.routes.map(toRoute).sort(moreSpecificFirst);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cors } = this.#model;
    if (cors !== undefined && isPreflight(request))
      return void response.writeHead(204, corsHeaders(cors, request)).end();
    const answer = await this.#answer(request);
    const extra = cors === undefined ? {} : corsHeaders(cors, request);
    response.writeHead(answer.status, { ...answer.headers, ...extra, 'content-length': answer.body.length });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
    if (!request.complete) request.resume();
  }

  async #answer(request: IncomingMessage): Promise<HttpResponse> {
    const match = this.#match(request.method ?? 'GET', splitQuery(request.url ?? '/')[0]);
    if (match === undefined) return message(404, 'Not Found');
    const body = await limitedBody(request);
    if (body === undefined) return message(413, 'Request Entity Too Large');
    const event = JSON.stringify(httpEvent(request, this.#arrival(match, body)));
    if (Buffer.byteLength(event) > mostEventBytes) return message(413, 'Request Entity Too Large');
    const { functionArn, timeoutMs } = match.route.model;
    const outcome = await within(timeoutMs, this.#hooks.invoke(functionArn, event));
    if (outcome === undefined) return message(503, 'Service Unavailable');
    const answer = outcome.ok ? httpResponse(outcome.payload) : undefined;
    return answer ?? message(500, 'Internal Server Error');
  }

  #arrival({ route, parameters }: Match, body: Buffer): Arrival {
    const { id: apiId, stage } = this.#model;
    const { clock, account } = this.#hooks;
    return { apiId, stage, account, routeKey: route.model.key, pathParameters: parameters, body, now: clock.now() };
  }

  #match(method: string, path: string): Match | undefined {
    const segments = path.split('/').slice(1);
    for (const route of this.#routes) {
      if (route.method !== 'ANY' && route.method !== method) continue;
      const parameters = parametersOf(route, segments);
      if (parameters !== undefined) return { route, parameters };
    }
    return undefined;
  }
}

function toRoute(model: RouteModel): Route {
  if (model.key === '$default') return { model, method: 'ANY', segments: ['{$default+}'] };
  const [method = 'ANY', path = '/'] = model.key.split(' ');
  return { model, method, segments: path.split('/').slice(1) };
}

const isGreedy = (segment: string) => segment.startsWith('{') && segment.endsWith('+}');
const isVariable = (segment: string) => segment.startsWith('{');

/** A full match of a literal beats a variable, a variable beats a greedy one, a method beats ANY, $default is last. */
function moreSpecificFirst(a: Route, b: Route): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(a.segments[at]) - rank(b.segments[at]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: string | undefined): number {
  if (segment === undefined || segment === '{$default+}') return 3;
  if (isGreedy(segment)) return 2;
  return isVariable(segment) ? 1 : 0;
}

/** The path parameters when a path fits the route. */
function parametersOf(route: Route, segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, expected] of route.segments.entries()) {
    if (isGreedy(expected)) {
      const rest = segments.slice(at).join('/');
      if (rest === '' && expected !== '{$default+}') return undefined;
      if (expected !== '{$default+}') parameters[expected.slice(1, -2)] = decodedPath(rest);
      return parameters;
    }
    const actual = segments[at];
    if (actual === undefined) return undefined;
    if (isVariable(expected)) {
      if (actual === '') return undefined;
      parameters[expected.slice(1, -1)] = decodedPath(actual);
    } else if (expected !== actual) return undefined;
  }
  return segments.length === route.segments.length ? parameters : undefined;
}

const message = (status: number, text: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message: text })),
});

async function limitedBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The value, or undefined when it takes longer than the integration may. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}

const isPreflight = (request: IncomingMessage) =>
  request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;

function corsHeaders(cors: CorsModel, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  const any = cors.origins.includes('*');
  if (origin === undefined || !(any || cors.origins.includes(origin))) return {};
  const headers: Record<string, string> = {
    'access-control-allow-origin': any && !cors.credentials ? '*' : origin,
  };
  if (cors.credentials) headers['access-control-allow-credentials'] = 'true';
  if (cors.exposed.length > 0) headers['access-control-expose-headers'] = cors.exposed.join(',');
  if (!isPreflight(request)) return headers;
  headers['access-control-allow-methods'] = cors.methods.join(',');
  headers['access-control-allow-headers'] = cors.headers.join(',');
  if (cors.maxAge !== undefined) headers['access-control-max-age'] = String(cors.maxAge);
  return headers;
}
