import { spawn } from 'node:child_process';
import { projectRoot } from '../../infra/bundling/bundle-functions.ts';
import { freePort } from '../support/started-process.ts';
import { atMost, type Measure } from './measure.ts';
import { median } from './rounds.ts';

const rounds = 3;

export const commands: Measure = {
  name: 'commands',
  how:
    `npm start until it prints its line \`ready\`, and npm run test:unit until it ends, spawned as from a shell, the start of npm included; ` +
    `medians of ${rounds}.`,
  async run(say) {
    const starts: number[] = [];
    const tests: number[] = [];
    for (let round = 0; round < rounds; round++) {
      starts.push(await secondsToReady());
      tests.push(await secondsToEnd(['run', 'test:unit']));
      say(`ready after ${starts.at(-1)?.toFixed(1)} s, unit tests ${tests.at(-1)?.toFixed(1)} s`);
    }
    return [
      atMost('npm start until ready', median(starts), 15, ' s', 1),
      atMost('npm run test:unit', median(tests), 10, ' s', 1),
    ];
  },
};

/** Left out of a run of everything: it runs the bench's own product for minutes. */
export const wholeTest: Measure = {
  name: 'npm-test',
  how: 'npm test until it ends, spawned as from a shell; once.',
  onlyByName: true,
  run: async () => [atMost('npm test', (await secondsToEnd(['test'])) / 60, 10, ' min', 1)],
};

async function secondsToReady(): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  // A group of its own, so that npm and what it starts are asked to end together.
  const child = spawn('npm', ['start'], {
    cwd: projectRoot,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let seconds: number | undefined;
  let text = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      if (!/^ready http/m.test(text)) return;
      seconds ??= (performance.now() - started) / 1000;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  if (seconds === undefined || child.pid === undefined)
    throw new Error(`npm start ended before it was ready:\n${text}`);
  process.kill(-child.pid, 'SIGTERM');
  await ended;
  return seconds;
}

async function secondsToEnd(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn('npm', args, { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}`);
  return (performance.now() - started) / 1000;
}
