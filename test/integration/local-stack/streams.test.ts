import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, service, startFixture } from '../../support/local-stack.ts';

/** Stream mappings: order holds per key and no further; a record that cannot be handled is set aside. */
describe('stream event sources', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ retryAfter: 0.1 });
  });
  afterAll(() => fixture.stop());

  const write = (id: string, n: number) =>
    service(fixture.stack, 'DynamoDB_20120810.PutItem', 'dynamodb', {
      TableName: fixture.stack.tableName('notes'),
      Item: { id: { S: id }, n: { N: String(n) } },
    });
  const seen = async (id: string) =>
    (await fixture.sightings('note-changed')).filter(({ ids = [] }) => ids.includes(id)).length;

  it('delivers every change, in order for each key', async () => {
    const keys = Array.from({ length: 8 }, (_, at) => `key-${at}`);
    for (let n = 1; n <= 5; n += 1) await Promise.all(keys.map((key) => write(key, n)));
    await fixture.stack.idle();
    const delivered = (await fixture.sightings('note-changed')).flatMap(({ ids = [] }) => ids);
    for (const key of keys) expect(delivered.filter((id) => id === key)).toHaveLength(5);
    const [first] = await fixture.sightings('note-changed');
    expect(first?.first).toMatchObject({ eventSource: 'aws:dynamodb', eventName: 'INSERT', eventVersion: '1.1' });
  });

  it('is at rest only when the last change has been handled', async () => {
    await fixture.act('put', { id: 'rest' });
    await fixture.stack.idle();
    expect(await seen('rest')).toBe(1);
  });

  it('tries again from the first failed record, and goes on when it succeeds', async () => {
    const id = JSON.stringify({ id: 'again', fail: 1 });
    await write(id, 1);
    await fixture.stack.idle();
    expect(await seen(id)).toBe(2);
    expect(await fixture.stack.deadLetters()).toEqual([]);
  });

  it('sets aside where a record was that fails for good, and goes on behind it', async () => {
    const id = JSON.stringify({ id: 'never', throw: true });
    await write(id, 1);
    await write('after', 1);
    await fixture.stack.idle();
    expect(await seen(id)).toBe(3);
    expect(await seen('after')).toBe(1);
    const [letter, ...others] = await fixture.stack.deadLetters();
    expect(others).toEqual([]);
    expect(letter?.queue).toContain('notesdead');
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
  });

  it('hears of changes made past the proxy too', async () => {
    const response = await fetch(fixture.stack.dynamoDbEndpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ TableName: fixture.stack.tableName('notes'), Item: { id: { S: 'direct' } } }),
    });
    expect(response.status).toBe(200);
    await expect.poll(() => seen('direct'), { timeout: 5000 }).toBe(1);
  });
});
