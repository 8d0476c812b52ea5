import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtureAssembly } from '../../support/local-stack.ts';

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly services: string;
  readonly tables: string;
}

const program = fileURLToPath(new URL('../../fixtures/local-stack/serve.ts', import.meta.url));

/** Kept data outlives the process, however it ends. */
describe('a stack that keeps its data', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kept-'));
  const started: ChildProcess[] = [];
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(): Promise<Running> {
    const child = spawn(process.execPath, [program, fixtureAssembly(), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('ready '))
        return { child, ...(JSON.parse(line.slice('ready '.length)) as Omit<Running, 'child'>) };
    }
    throw new Error('The stack ended before it was ready.');
  }

  const act = async ({ url }: Running, action: string, input: object = {}) => {
    const response = await fetch(`${url}/do/${action}`, { method: 'POST', body: JSON.stringify(input) });
    return ((await response.json()) as { result?: unknown }).result;
  };
  const idle = ({ url }: Running) => fetch(`${url}/_local/idle`);
  const seen = async ({ tables }: Running, functionName: string, id: string) => {
    const response = await fetch(tables, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.Query',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({
        TableName: 'fixture-seen',
        KeyConditionExpression: '#by = :by',
        ExpressionAttributeNames: { '#by': 'by' },
        ExpressionAttributeValues: { ':by': { S: `fixture-${functionName}` } },
      }),
    });
    const { Items } = (await response.json()) as { Items: { what: { S: string } }[] };
    return Items.filter(({ what }) => what.S.includes(`"${id}"`)).length;
  };

  it('loses nothing when it is killed, and goes on where it was', async () => {
    const first = await start();
    const secret = await act(first, 'secret');
    await act(first, 'put', { id: 'kept' });
    await idle(first);
    expect(await seen(first, 'note-changed', 'kept')).toBe(1);
    const jobs = Array.from({ length: 12 }, (_, at) => `job-${at}`);
    await Promise.all(jobs.map((id) => act(first, 'job', { id, wait: 150 })));
    for (let at = 0; at < 3; at += 1) await act(first, 'turn', { id: `turn-${at}`, group: 'g', wait: 200 });
    await act(first, 'job', { id: 'delayed', delay: '2' });
    await act(first, 'put', { id: 'unseen' });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await start();
    expect(await act(second, 'secret')).toBe(secret);
    expect(await act(second, 'get', { id: 'kept' })).toMatchObject({ id: { S: 'kept' } });
    await idle(second);
    for (const id of [...jobs, 'delayed']) expect(await seen(second, 'job-run', id), id).toBeGreaterThan(0);
    for (const id of ['turn-0', 'turn-1', 'turn-2']) expect(await seen(second, 'turn-run', id)).toBeGreaterThan(0);
    expect(await seen(second, 'note-changed', 'unseen')).toBeGreaterThan(0);
    expect(await seen(second, 'note-changed', 'kept')).toBe(1);

    second.child.kill('SIGTERM');
    const [code] = await once(second.child, 'exit');
    expect(code).toBe(0);
    await expect(fetch(second.tables)).rejects.toThrow();
  });
});
