/**
 * The inside of one execution environment, in a thread or in a process of its own: loads the bundle once, then takes
 * one invocation after another, as the Lambda runtime does.
 */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { sharedOffset, shiftDate } from '../clock.ts';
import type { ErrorShape, FromFunction, Invoke, Start } from './protocol.ts';

interface Context {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

type Handler = (event: unknown, context: Context) => unknown;

let requestId: string | undefined;

function say(message: FromFunction): void {
  if (parentPort !== null) parentPort.postMessage(message);
  else process.send?.(message);
}

/** Whatever a function prints is a log line of the invocation it is in, and arrives before its result. */
function captureOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      say({ type: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString(), requestId });
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') callback();
      return true;
    }) as typeof stream.write;
  }
}

function shapeOf(error: unknown): ErrorShape {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: 'Error', errorMessage: String(error), trace: [] };
}

async function load(start: Start): Promise<Handler> {
  const module = (await import(pathToFileURL(start.module).href)) as Record<string, unknown>;
  const nested = module.default as Record<string, unknown> | undefined;
  const handler = module[start.handler] ?? nested?.[start.handler];
  if (typeof handler !== 'function') {
    throw new Error(`${start.handler} is undefined or not exported by ${start.module}`);
  }
  if (handler.length > 2) throw new Error('Callback handlers are not supported by the Node.js 24 runtime');
  return handler as Handler;
}

function contextOf(start: Start, invoke: Invoke): Context {
  const deadline = performance.now() + invoke.timeoutMs;
  return {
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMegabytes),
    awsRequestId: invoke.requestId,
    logGroupName: start.logGroup,
    logStreamName: 'local/[$LATEST]',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

async function answer(start: Start, handler: Handler, invoke: Invoke): Promise<void> {
  requestId = invoke.requestId;
  try {
    const result = await handler(JSON.parse(invoke.event), contextOf(start, invoke));
    say({ type: 'result', requestId: invoke.requestId, payload: JSON.stringify(result ?? null) });
  } catch (error) {
    say({ type: 'failure', requestId: invoke.requestId, error: shapeOf(error) });
  } finally {
    requestId = undefined;
  }
}

async function run(start: Start, receive: (listener: (message: Invoke) => void) => void): Promise<void> {
  const { clock } = start;
  shiftDate(typeof clock === 'number' ? () => clock : sharedOffset(clock));
  captureOutput();
  try {
    const handler = await load(start);
    receive((message) => void answer(start, handler, message));
    say({ type: 'ready' });
  } catch (error) {
    say({ type: 'broken', error: shapeOf(error) });
  }
}

const port = parentPort;
if (port !== null) {
  await run(workerData as Start, (listener) => port.on('message', listener));
} else {
  process.once('disconnect', () => process.exit(0));
  process.once('message', (start: Start) => {
    void run(start, (listener) => process.on('message', listener));
  });
}
