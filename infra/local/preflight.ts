import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { SetupError } from './problem.ts';

/** What the person who starts the stack may set, read and checked. */
export interface Settings {
  readonly port: number;
  /** First admin key; one is made when it is not set. */
  readonly adminKey: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const leastNode = 24;
const leastJava = 17;

/**
 * Checks all that must be there before the stack starts. Throws a SetupError whose message is one sentence and whose
 * remedy says what to do.
 */
export async function preflight(options: {
  readonly environment?: Environment;
  /** Directory for kept data; nothing is checked without it. */
  readonly persist?: string;
}): Promise<Settings> {
  const { environment = process.env, persist } = options;
  const settings = readSettings(environment);
  checkNode(process.versions.node);
  if (persist !== undefined) checkWritable(persist);
  await Promise.all([
    environment.DYNAMODB_ENDPOINT ? Promise.resolve() : checkJava(),
    checkPort(settings.port),
    ...['DYNAMODB_ENDPOINT', 'SQS_ENDPOINT', 'SES_ENDPOINT'].map((name) => checkEndpoint(name, environment[name])),
  ]);
  return settings;
}

/** Runs a start and turns a SetupError into two lines on stderr and exit code 1, without a stack trace. */
export async function orExplain<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n${error.remedy}\n`);
    process.exit(1);
  }
}

export function readSettings(environment: Environment): Settings {
  const { PORT = '', HUITOU_ADMIN_KEY } = environment;
  const port = PORT === '' ? 4000 : Number(PORT);
  if (!/^\d*$/.test(PORT) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError(
      `PORT is "${PORT}", which is no port number.`,
      'Set it to a number from 1 to 65535, or unset it for 4000.',
    );
  }
  if (HUITOU_ADMIN_KEY === undefined || HUITOU_ADMIN_KEY === '') return { port, adminKey: undefined };
  if (!/^[\x21-\x7e]+$/.test(HUITOU_ADMIN_KEY)) {
    throw new SetupError(
      'HUITOU_ADMIN_KEY has spaces or other characters that an HTTP header cannot carry.',
      'Set it to letters, digits and signs, or unset it: a key is then made and printed once.',
    );
  }
  return { port, adminKey: HUITOU_ADMIN_KEY };
}

export function checkNode(version: string): void {
  if (Number(version.split('.')[0]) >= leastNode) return;
  throw new SetupError(
    `This is Node ${version}; the stack runs on Node ${leastNode}, the runtime of its functions.`,
    'Start it with npm start, which uses the Node that npm ci installed.',
  );
}

function checkWritable(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch {
    throw new SetupError(
      `The directory ${directory} cannot be written to.`,
      'Make it writable, or start without --persist.',
    );
  }
}

async function checkJava(): Promise<void> {
  const output = await versionOfJava();
  if (output === undefined) {
    throw new SetupError(
      'Java is not installed, and the table engine (DynamoDB Local) needs it.',
      `Install Java ${leastJava} or newer, for example from https://adoptium.net, so that "java -version" works.`,
    );
  }
  const version = javaMajor(output);
  if (version !== undefined && version < leastJava) {
    throw new SetupError(
      `Java ${version} is too old: the table engine (DynamoDB Local) needs Java ${leastJava} or newer.`,
      'Install a newer one, for example from https://adoptium.net, and put it first on the PATH.',
    );
  }
}

/** What `java -version` prints; undefined when it cannot be run. */
function versionOfJava(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('java', ['-version'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? output : undefined));
  });
}

/** 8 of `1.8.0_402`, 17 of `17.0.15`. */
export function javaMajor(output: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  if (first === undefined) return undefined;
  return first === '1' ? Number(second) : Number(first);
}

function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(port, error.code)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

function portProblem(port: number, code: string | undefined): SetupError {
  const other = `for example: PORT=${port === 4001 ? 4002 : 4001} npm start`;
  if (code === 'EACCES')
    return new SetupError(`Port ${port} may not be used by this user.`, `Choose another, ${other}`);
  return new SetupError(
    `Port ${port} is taken by another program.`,
    `Stop that program, or choose another port, ${other}`,
  );
}

async function checkEndpoint(name: string, value: string | undefined): Promise<void> {
  if (value === undefined || value === '') return;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new SetupError(
      `${name} is "${value}", which is no URL.`,
      'Set it to something like http://127.0.0.1:8000, or unset it.',
    );
  }
  try {
    await fetch(value, { signal: AbortSignal.timeout(5000) });
  } catch {
    throw new SetupError(
      `Nothing answers at ${value} (${name}).`,
      'Start that engine, or unset the variable to use the built-in one.',
    );
  }
}
