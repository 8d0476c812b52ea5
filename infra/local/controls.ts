import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Control, type ControlledStack, instant, PlainAnswer, read } from './control.ts';
import { type FaultRequest, faultNames } from './faults.ts';
import { ControlProblem, sendProblem } from './problem.ts';
import { providerControls } from './provider-controls.ts';

const timeSchema = z.strictObject({ time: instant });
const optionalTime = z.strictObject({ time: instant.optional() });
const timeoutSchema = z.coerce.number('must be a number of milliseconds').int().positive().optional();

const controls: readonly Control[] = [
  {
    method: 'GET',
    path: /^\/_local\/?$/,
    shown: '/_local',
    does: 'this list',
    run: () => ({ controls: controls.map(({ method, shown, does }) => ({ method, path: shown, does })) }),
  },
  {
    method: 'GET',
    path: /^\/_local\/schedules\/?$/,
    shown: '/_local/schedules',
    does: 'names of the schedules',
    run: (stack) => ({ items: stack.scheduleNames().map((name) => ({ name })), next: null }),
  },
  {
    method: 'POST',
    path: /^\/_local\/schedules\/([^/]+)$/,
    shown: '/_local/schedules/{name}',
    does: 'fires a schedule with {"time"} as its event time; answers when all the work it caused is done, with counts',
    run: (stack, { parameter, body }) => {
      const { time } = read(optionalTime, body);
      return stack.fireSchedule(parameter, time === undefined ? undefined : new Date(time));
    },
  },
  {
    method: 'GET',
    path: /^\/_local\/idle$/,
    shown: '/_local/idle?timeout=ms',
    does: 'answers once queues, functions and streams are quiet; 503 with what is busy after the timeout (default 60000)',
    run: async (stack, { query }) => {
      await stack.idle(read(timeoutSchema, query.get('timeout') ?? undefined, 'timeout') ?? 60_000);
      return { idle: true };
    },
  },
  {
    method: 'GET',
    path: /^\/_local\/time$/,
    shown: '/_local/time',
    does: 'the local clock',
    run: (stack) => ({ time: stack.now().toISOString() }),
  },
  {
    method: 'POST',
    path: /^\/_local\/time$/,
    shown: '/_local/time',
    does: 'waits for quiet, then sets the clock to {"time"}; schedules do not fire over the jump',
    run: async (stack, { body }) => {
      await stack.setTime(new Date(read(timeSchema, body).time));
      return { time: stack.now().toISOString() };
    },
  },
  ...providerControls,
  {
    method: 'GET',
    path: /^\/_local\/faults$/,
    shown: '/_local/faults',
    does: 'the faults there are, and those switched on',
    run: (stack) => ({ names: faultNames, active: stack.faults() }),
  },
  {
    method: 'POST',
    path: /^\/_local\/faults$/,
    shown: '/_local/faults',
    does: 'switches a fault on: {"name","rate"?,"seed"?,"count"?,"function"?,"operation"?,"table"?,"nth"?,"ms"?}',
    run: (stack, { body }) => stack.setFault(body as FaultRequest),
  },
  {
    method: 'DELETE',
    path: /^\/_local\/faults$/,
    shown: '/_local/faults',
    does: 'switches all faults off',
    run: (stack) => {
      stack.clearFaults();
      return { active: [] };
    },
  },
  {
    method: 'GET',
    path: /^\/_local\/usage$/,
    shown: '/_local/usage',
    does: 'requests and units asked of the tables, by operation, table and function',
    run: (stack) => stack.usage(),
  },
  {
    method: 'DELETE',
    path: /^\/_local\/usage$/,
    shown: '/_local/usage',
    does: 'starts counting anew',
    run: (stack) => {
      stack.resetUsage();
      return stack.usage();
    },
  },
  {
    method: 'GET',
    path: /^\/_local\/iam$/,
    shown: '/_local/iam',
    does: 'per function what its role allows, what it used, what was denied, and what is left unused',
    run: (stack) => stack.iam(),
  },
  {
    method: 'GET',
    path: /^\/_local\/deadletters$/,
    shown: '/_local/deadletters',
    does: 'messages in the dead-letter queues',
    run: async (stack) => ({ items: await stack.deadLetters(), next: null }),
  },
];

const mostBodyBytes = 1024 * 1024;

/** The routes below `/_local`, by which any program drives time, schedules and faults, and sees what was sent. */
export class Controls {
  readonly #stack: ControlledStack;

  constructor(stack: ControlledStack) {
    this.#stack = stack;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request);
      const plain = answer instanceof PlainAnswer;
      response.writeHead(200, { 'content-type': plain ? answer.contentType : 'application/json' });
      response.end(plain ? answer.body : JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof ControlProblem)) throw error;
      sendProblem(response, error);
    }
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '/', 'http://local');
    const onPath = controls.filter(({ path }) => path.test(url.pathname));
    const control = onPath.find(({ method }) => method === request.method);
    if (control === undefined) {
      if (onPath.length > 0)
        throw new ControlProblem(405, `${request.method} is not offered here; GET /_local lists what is.`);
      throw new ControlProblem(404, 'There is no such control; GET /_local lists what there is.');
    }
    const parameter = decodeURIComponent(control.path.exec(url.pathname)?.[1] ?? '');
    const body = control.method === 'POST' ? await jsonBody(request) : undefined;
    return control.run(this.#stack, { parameter, query: url.searchParams, body });
  }
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) throw new ControlProblem(400, 'The body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlProblem(400, 'The body is not JSON.', [{ field: 'body', message: 'must be JSON' }]);
  }
}
