import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, startFixture } from '../../support/local-stack.ts';

describe('services behind the proxy', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ retryAfter: 0.1 });
  });
  afterEach(() => fixture.stack.clearFaults());
  afterAll(() => fixture.stop());

  it('denies a function what its role does not allow, in the words of the service', async () => {
    const { status, name } = await fixture.act('forbidden');
    expect({ status, name }).toEqual({ status: 500, name: 'AccessDeniedException' });
    const { denied } = fixture.stack.iam().probe ?? {};
    expect(denied).toEqual([
      {
        action: 'dynamodb:GetItem',
        resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${fixture.stack.tableName('forbidden')}`,
      },
    ]);
  });

  it('records what a role allows and its function never used', async () => {
    await fixture.act('get', { id: 'a' });
    await fixture.act('put', { id: 'a' });
    const { used, unused } = fixture.stack.iam().probe ?? { used: [], unused: [] };
    const table = `arn:aws:dynamodb:us-east-1:000000000000:table/${fixture.stack.tableName('notes')}`;
    expect(used).toContainEqual({ action: 'dynamodb:GetItem', resource: table });
    expect(unused).toContainEqual({ action: 'dynamodb:DeleteItem', resource: table });
    expect(unused).not.toContainEqual({ action: 'dynamodb:PutItem', resource: table });
    expect(fixture.stack.iam()['job-run']?.used).toContainEqual(
      expect.objectContaining({ action: 'sqs:ReceiveMessage' }),
    );
  });

  it('counts requests and units by operation, table and function', async () => {
    await fixture.stack.idle();
    fixture.stack.resetUsage();
    await fixture.act('put', { id: 'counted' });
    await fixture.act('get', { id: 'counted' });
    await fixture.act('transact', { id: 'counted' });
    const { byOperation, byFunction, byTable } = fixture.stack.usage();
    expect(byFunction.probe).toMatchObject({ requests: 3, readUnits: 0.5, writeUnits: 3 });
    expect(byOperation.TransactWriteItems).toMatchObject({ requests: 1, writeUnits: 2 });
    expect(byTable[fixture.stack.tableName('notes')]).toMatchObject({ requests: 3, itemsRead: 1, itemsWritten: 2 });
  });

  it('stores objects and reads the generated secret', async () => {
    expect((await fixture.act('object', { key: 'a/b c.txt', text: 'kept' })).result).toBe('kept');
    const { result } = await fixture.act('secret');
    expect(result).toMatch(/^[A-Za-z0-9]{48}$/);
    expect((await fixture.act('secret')).result).toBe(result);
  });

  it.each([
    ['dynamodb.throttle', 'put', 'ProvisionedThroughputExceededException'],
    ['dynamodb.conflict', 'transact', 'TransactionCanceledException'],
    ['dynamodb.conflict', 'put', 'TransactionConflictException'],
    ['dynamodb.unavailable', 'get', 'InternalServerError'],
    ['dynamodb.lost', 'put', 'InternalServerError'],
    ['sqs.unavailable', 'job', 'InternalFailure'],
    ['ses.throttle', 'mail', 'Throttling'],
    ['ses.reject', 'mail', 'MessageRejected'],
    ['ses.accepted5xx', 'mail', 'InternalFailure'],
    ['sns.throttle', 'sms', 'ThrottledException'],
    ['sns.unavailable', 'sms', 'InternalFailure'],
    ['sns.accepted5xx', 'sms', 'InternalFailure'],
    ['secretsmanager.unavailable', 'secret', 'InternalServiceError'],
    ['s3.unavailable', 'object', 'SlowDown'],
  ] as const)('injects %s into %s once', async (name, action, error) => {
    fixture.stack.setFault({ name, count: 1, function: 'probe' });
    const input = { id: 'faulty', to: action === 'mail' ? 'a@example.com' : '+14255550182', text: 'x', key: 'k' };
    expect((await fixture.act(action, input)).name).toBe(error);
    expect((await fixture.act(action, input)).status).toBe(200);
  });

  it('does the work when only the answer is lost', async () => {
    fixture.stack.setFault({ name: 'dynamodb.lost', count: 1, function: 'probe' });
    await fixture.act('put', { id: 'done-anyway' });
    expect((await fixture.act('get', { id: 'done-anyway' })).result).toMatchObject({ id: { S: 'done-anyway' } });
  });

  /**
   * How a client that tries once and waits for 400 ms hears of it, and whether the message went out. A connection that
   * breaks and an answer that does not come have one name.
   */
  it.each([
    ['mail', 'ses.drop', 'TimeoutError', 1],
    ['mail', 'ses.timeout', 'TimeoutError', 0],
    ['mail', 'ses.accepted5xx', 'InternalFailure', 1],
    ['mail', 'ses.throttle', 'Throttling', 0],
    ['sms', 'sns.drop', 'TimeoutError', 1],
    ['sms', 'sns.timeout', 'TimeoutError', 0],
    ['sms', 'sns.accepted5xx', 'InternalFailure', 1],
    ['sms', 'sns.unavailable', 'InternalFailure', 0],
  ] as const)('%s under %s: the client hears %s, %i sent', async (action, name, heard, sent) => {
    const outbox = async () => (await fixture.stack.outbox.mail()).length + fixture.stack.outbox.sms().length;
    const before = await outbox();
    fixture.stack.setFault({ name, count: 1, function: 'probe' });
    const to = action === 'mail' ? 'b@example.com' : '+14255550182';
    expect(await fixture.act(action, { to, text: 'x' })).toMatchObject({ status: 500, name: heard });
    expect((await outbox()) - before).toBe(sent);
  });

  it('hits at the rate asked for, the same way for the same seed', async () => {
    const hits = async () => {
      fixture.stack.clearFaults();
      fixture.stack.setFault({ name: 'dynamodb.throttle', rate: 0.5, seed: 7, function: 'probe' });
      const statuses: number[] = [];
      for (let at = 0; at < 20; at += 1) statuses.push((await fixture.act('get', { id: 'x' })).status);
      return statuses;
    };
    const first = await hits();
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(4);
    expect(first.filter((status) => status === 200).length).toBeGreaterThan(4);
    expect(await hits()).toEqual(first);
  });

  it('lets functions crash and time out', async () => {
    fixture.stack.setFault({ name: 'lambda.crash', count: 1, function: 'probe', ms: 10 });
    expect((await fixture.act('wait', { ms: 500 })).status).toBe(500);
    fixture.stack.setFault({ name: 'lambda.timeout', count: 1, function: 'probe' });
    expect((await fixture.act('wait', { ms: 500 })).status).toBe(500);
    expect((await fixture.act('wait', { ms: 0 })).status).toBe(200);
  });

  it('delivers a message twice', async () => {
    fixture.stack.setFault({ name: 'lambda.duplicate', count: 1, function: 'job-run' });
    await fixture.send('jobs', { id: 'twice' });
    await fixture.stack.idle();
    const seen = (await fixture.sightings('job-run')).filter(({ ids }) => ids?.includes('twice'));
    expect(seen).toHaveLength(2);
  });

  it('lets a function call out, and knows that it is at work', async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const server = createServer((_, response) => void asked.then(() => response.writeHead(202).end('pong')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const calling = fixture.act('webhook', { url: `http://127.0.0.1:${port}/hook` });
    await once(server, 'request');
    await expect(fixture.stack.idle(50)).rejects.toThrow('function probe');
    answer();
    expect((await calling).result).toEqual({ status: 202, text: 'pong' });
    await fixture.stack.idle();
    server.close();
  });

  describe('controls', () => {
    const control = async (method: string, path: string, body?: string) => {
      const response = await fetch(`${fixture.stack.url}/_local/${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
      });
      const type = response.headers.get('content-type');
      return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
    };

    it.each([
      ['POST', 'faults', '{"name":"dynamodb.nothing"}', 'name'],
      ['POST', 'faults', '{"name":"ses.drop","rate":2}', 'rate'],
      ['POST', 'faults', '{"name":"ses.drop","probability":1}', 'probability'],
      ['POST', 'time', '{"time":"tomorrow"}', 'time'],
      ['POST', 'time', 'not json', 'body'],
      ['POST', 'schedules/nightly', '{"time":5}', 'time'],
      ['POST', 'sms/reply', '{"from":"123","text":"hi"}', 'from'],
      ['GET', 'outbox?channel=fax', undefined, 'channel'],
      ['GET', 'idle?timeout=soon', undefined, 'timeout'],
    ])('%s %s %s names the wrong field', async (method, path, input, field) => {
      const { status, type, body } = await control(method, path, input);
      expect({ status, type }).toEqual({ status: 400, type: 'application/problem+json' });
      expect(body.errors).toEqual([{ field, message: expect.any(String) }]);
    });

    it('names the faults there are', async () => {
      const { body } = await control('POST', 'faults', '{"name":"dynamodb.nothing"}');
      expect(body.detail).toContain('dynamodb.throttle');
      expect((await control('GET', 'faults')).body.names).toHaveProperty('lambda.crash');
    });

    it('tells what is still busy, and lists itself', async () => {
      await fixture.send('jobs', { id: 'later' }, { DelaySeconds: 1 });
      const { status, body } = await control('GET', 'idle?timeout=100');
      expect(status).toBe(503);
      expect(body.detail).toContain('jobs');
      expect((await control('GET', 'idle')).status).toBe(200);
      expect((await control('GET', '')).body.controls).toContainEqual(
        expect.objectContaining({ method: 'POST', path: '/_local/schedules/{name}' }),
      );
      expect((await control('GET', 'nothing')).status).toBe(404);
      expect((await control('DELETE', 'time')).status).toBe(405);
    });
  });
});
