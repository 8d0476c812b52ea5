import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../problem.ts';

export interface TableEngine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const emulator = join(
  dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')),
  'emulator',
);

/**
 * Ends the engine when its standard input closes, that is also when the parent is killed outright: else an orphan
 * would keep the port and the data files.
 */
const tether = 'exec 3<&0; "$@" </dev/null & child=$!; (cat <&3 >/dev/null; kill -9 $child 2>/dev/null) & wait $child';

/** Below the range from which systems take ports for outgoing connections. */
const firstPort = 20_000;
const ports = 12_000;

/**
 * Starts DynamoDB Local, in memory or on the files of `directory`. The process is spawned at once, before the first
 * await, so that it comes up beside whatever else is done. It cannot choose a free port itself: another is tried when
 * one is taken.
 */
export async function startDynamoDb(directory: string | undefined, tries = 5): Promise<TableEngine> {
  const port = firstPort + randomInt(ports);
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const storage = directory === undefined ? ['-inMemory'] : ['-dbPath', directory];
  const child = launch([
    '-Xshare:auto',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(emulator, 'DynamoDBLocal.jar'),
    '-sharedDb',
    '-disableTelemetry',
    '-port',
    String(port),
    ...storage,
  ]);
  const endpoint = `http://127.0.0.1:${port}`;
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)));
  if (await answers(endpoint, child)) return { endpoint, stop: () => stop(child) };
  const words = output.join('').trim();
  if (/in use|bind/i.test(words) && tries > 1) return startDynamoDb(directory, tries - 1);
  throw new SetupError(
    `The table engine (DynamoDB Local) did not start: ${words.slice(-400) || 'no answer in 60 s'}`,
    'It needs Java 17 or newer on the PATH: java -version',
  );
}

/** In a process group of its own, so that Ctrl-C reaches us only and the engine is there until we are done. */
function launch(args: readonly string[]): ChildProcess {
  const stdio = ['pipe', 'pipe', 'pipe'] as const;
  // The engine leaves a file of its own where it is started.
  const cwd = tmpdir();
  if (process.platform === 'win32') return spawn('java', args, { cwd, stdio: [...stdio] });
  return spawn('/bin/sh', ['-c', tether, 'sh', 'java', ...args], { cwd, stdio: [...stdio], detached: true });
}

/** Whether the engine answers; false when it ended instead. */
async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline && child.exitCode === null) {
    try {
      const { status } = await fetch(endpoint);
      // Whoever else holds the port would not refuse a request without a token.
      if (status === 400) return true;
    } catch {
      // Not listening yet.
    }
    await sleep(20);
  }
  child.stdin?.destroy();
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (process.platform === 'win32') child.kill();
  else child.stdin?.destroy();
  await ended;
}
