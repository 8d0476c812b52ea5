import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface WorkerEngine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts an engine in a thread of its own, which reports its endpoint and ends when told `stop`. */
export async function startWorkerEngine(module: URL, workerData: unknown): Promise<WorkerEngine> {
  const worker = new Worker(module, { workerData, stdout: false, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ended = once(worker, 'exit');
  const started = await Promise.race([
    once(worker, 'message').then(([message]: { endpoint: string }[]) => message),
    ended.then(() => undefined),
  ]);
  if (started === undefined) throw new Error(`The engine ${module.pathname} ended before it was ready.`);
  return {
    endpoint: started.endpoint,
    stop: async () => {
      worker.postMessage('stop');
      await ended;
    },
  };
}
