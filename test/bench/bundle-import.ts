import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type * as z from 'zod';
import { bundleFunctions, projectRoot } from '../../infra/bundling/bundle-functions.ts';
import { tables } from '../../shared/contracts/tables.ts';
import { interleaved, median } from './rounds.ts';

/** Times that each bundle is imported. */
export const importRounds = 21;
const run = promisify(execFile);

/** Size and median import time of a function's bundle and of a baseline's. */
export interface Comparison {
  readonly bytes: number;
  readonly baselineBytes: number;
  readonly importMs: number;
  readonly baselineMs: number;
}

/** What a function's schema asks of its environment beside the tables, region and root secret. */
export type OwnEnvironment<Schema extends z.ZodType> = Readonly<
  Record<Exclude<keyof z.input<Schema>, `${string}_TABLE` | 'ROOT_SECRET_ID'>, string>
>;

/**
 * Bundles both as for deployment and imports each in a fresh Node process, in turn. Both read the root secret while they
 * load (top-level await), from a stub on this machine, so that the round trip is in both.
 * @param baseline source of a module that makes the least use of the same libraries
 */
export async function compareImports(
  name: string,
  baseline: string,
  environment: Readonly<Record<string, string>>,
): Promise<Comparison> {
  const scratch = mkdtempSync(join(tmpdir(), 'huitou-bench-'));
  const secrets = await stubOfSecrets();
  try {
    const whole = bundleFunctions([{ name }], join(scratch, 'whole')).get(name);
    const alone = bundleFunctions([{ name: 'baseline' }], join(scratch, 'alone'), projectOf(scratch, baseline));
    const bare = alone.get('baseline');
    if (!whole || !bare) throw new Error('nothing was bundled');
    const env = environmentOf(name, (secrets.address() as AddressInfo).port, environment);
    const { one, other } = await interleaved(
      importRounds,
      () => importMs(whole.directory, env),
      () => importMs(bare.directory, env),
    );
    return { bytes: whole.bytes, baselineBytes: bare.bytes, importMs: median(one), baselineMs: median(other) };
  } finally {
    secrets.close();
    rmSync(scratch, { recursive: true });
  }
}

/** A project with one function, for the bundler. */
function projectOf(scratch: string, source: string): string {
  const root = join(scratch, 'project');
  mkdirSync(join(root, 'functions/baseline'), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'functions/baseline/index.ts'), source);
  return root;
}

async function stubOfSecrets(): Promise<Server> {
  const answer = JSON.stringify({ Name: 'root', SecretString: 'x'.repeat(64) });
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('content-type', 'application/x-amz-json-1.1').end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function environmentOf(name: string, secretsPort: number, more: Readonly<Record<string, string>>) {
  return {
    PATH: process.env.PATH ?? '',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsPort}`,
    ROOT_SECRET_ID: 'root',
    ...Object.fromEntries(Object.keys(tables).map((table) => [`${table.toUpperCase()}_TABLE`, table])),
    ...more,
  };
}

/** Milliseconds that a fresh process takes to import the bundle. */
async function importMs(directory: string, env: Readonly<Record<string, string>>): Promise<number> {
  const url = JSON.stringify(pathToFileURL(join(directory, 'index.mjs')).href);
  const script = `const started = performance.now(); await import(${url}); process.stdout.write(String(performance.now() - started), () => process.exit(0));`;
  const { stdout } = await run(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', script], {
    env,
  });
  return Number(stdout);
}
