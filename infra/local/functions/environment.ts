import { type ChildProcess, fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { FromFunction, Invoke, Start } from './protocol.ts';

/** One execution environment of a function, wherever it runs. */
export interface Environment {
  send(message: Invoke): void;
  kill(): Promise<void>;
}

export interface EnvironmentListener {
  message(message: FromFunction): void;
  /** It ended by itself: the reason, as far as it is known. */
  ended(reason: string): void;
}

const module = new URL('./worker.ts', import.meta.url);

/** A thread: quick to start, and ends with the process. */
export function startThread(
  start: Start,
  variables: Readonly<Record<string, string>>,
  listener: EnvironmentListener,
): Environment {
  const worker = new Worker(module, {
    workerData: start,
    env: variables,
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: Math.max(64, start.memoryMegabytes) },
  });
  let reason = 'Runtime exited';
  worker.on('message', (message: FromFunction) => listener.message(message));
  worker.on('error', (error) => {
    reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  });
  worker.on('exit', () => listener.ended(reason));
  return {
    send: (message) => worker.postMessage(message),
    kill: async () => {
      await worker.terminate();
    },
  };
}

/** A process: for native code that does not bear being ended in the middle of its work. */
export function startProcess(
  start: Start,
  variables: Readonly<Record<string, string>>,
  listener: EnvironmentListener,
): Environment {
  const child: ChildProcess = fork(module, {
    env: variables,
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Ctrl-C is for the runner, which ends it; should the runner be killed, it ends by itself.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', (message) => listener.message(message as FromFunction));
  child.on('exit', (code, signal) => listener.ended(`Runtime exited with ${signal ?? `status ${code}`}`));
  child.send(start);
  return {
    send: (message) => child.send(message),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
