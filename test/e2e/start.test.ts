import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../../infra/local/demo/api-client.ts';
import { sendWebhook } from '../../infra/local/demo/send-webhook.ts';
import { orderEvent } from '../support/intake-in-memory.ts';
import { freePort, startProcess } from '../support/started-process.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'huitou-start-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const key = 'hk_e2e';

describe('npm start', () => {
  test('takes requests when it says so, ends cleanly on SIGTERM and leaves nothing behind', async () => {
    const port = await freePort();
    const started = startProcess(['--no-demo'], { cwd, environment: { PORT: String(port), HUITOU_ADMIN_KEY: key } });
    const url = await started.ready;
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    expect(started.output()).not.toContain(key);
    const children = childrenOf(started.child.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
    await expect.poll(() => children.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  test.each([
    ['a port that is no port', { PORT: 'http' }, /^PORT is "http", which is no port number\.\nSet it to/],
    ['a key that no header can carry', { HUITOU_ADMIN_KEY: 'two words' }, /^HUITOU_ADMIN_KEY has spaces/],
  ])('%s gets one clear sentence and what to do', async (_name, environment, words) => {
    const started = startProcess(['--no-demo'], { cwd, environment });
    expect((await started.ended).code).toBe(1);
    expect(started.output()).toMatch(words);
    expect(started.output()).not.toContain('    at ');
  });

  test('an unknown flag is named', async () => {
    const started = startProcess(['--nodemo'], { cwd });
    expect((await started.ended).code).toBe(1);
    expect(started.output()).toContain('--nodemo');
    expect(started.output()).not.toContain('    at ');
  });

  test('a taken port is named', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    const started = startProcess(['--no-demo'], { cwd, environment: { PORT: String(port) } });
    expect((await started.ended).code).toBe(1);
    other.close();
    expect(started.output()).toContain(String(port));
    expect(started.output()).not.toContain('    at ');
  });

  test('missing Java is named', async () => {
    const bin = join(cwd, 'bin-without-java');
    mkdirSync(bin);
    symlinkSync('/bin/sh', join(bin, 'sh'));
    const started = startProcess(['--no-demo'], { cwd, environment: { PATH: bin, PORT: String(await freePort()) } });
    expect((await started.ended).code).toBe(1);
    expect(started.output()).toMatch(/^Java is not installed/);
    expect(started.output()).not.toContain('    at ');
  });
});

test('killed in the middle and started again with --persist: nothing lost, nothing counted twice', async () => {
  const port = await freePort();
  const environment = { PORT: String(port), HUITOU_ADMIN_KEY: key };
  const first = startProcess(['--no-demo', '--persist'], { cwd, environment });
  const url = await first.ready;
  const api = apiClient(url, key);
  const shop = { id: 'north', platform: 'generic', name: 'North', currency: 'CNY', timezone: 'Asia/Shanghai' };
  const { secret } = await api.call<{ secret: string }>('POST', '/v1/shops', shop);
  const target = { url, shop: 'north', secret, now: Date.now };

  // Thirty customers, ten orders each; whoever gets no 2xx sends again, as shops do.
  const orders = Array.from({ length: 300 }, (_, number) => ({
    id: `o${number}`,
    customer: { id: `u${number % 30}` },
  }));
  const waiting = [...orders];
  let answered = 0;
  let second: ReturnType<typeof startProcess> | undefined;
  const lane = async () => {
    for (let order = waiting.shift(); order; order = waiting.shift()) {
      const sent = await sendWebhook(target, orderEvent({ ...order, total: '10.00', items: [] }), `evt-${order.id}`)
        .then(({ ok }) => ok)
        .catch(() => false);
      if (!sent) waiting.push(order);
      if (sent && ++answered === 100) {
        first.child.kill('SIGKILL');
        await first.ended;
        second = startProcess(['--no-demo', '--persist'], { cwd, environment });
      }
      if (!sent) await second?.ready;
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  await fetch(`${url}/_local/idle`);
  for (let customer = 0; customer < 30; customer++) {
    const { items } = await api.call<{ items: { orders: { count: number; total: { amount: string } } }[] }>(
      'GET',
      `/v1/customers?shop=north&buyer=u${customer}`,
    );
    expect(items.map(({ orders: { count, total } }) => [count, total.amount])).toEqual([[10, '100.00']]);
  }
  second?.child.kill('SIGTERM');
  expect((await second?.ended)?.code).toBe(0);
});

function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n');
  return lines.flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return parent === pid && child !== undefined ? [child] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
