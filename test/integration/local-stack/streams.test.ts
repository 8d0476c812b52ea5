import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, service, startFixture } from '../../support/local-stack.ts';

/** Stream mappings: order holds per key and no further; a record that cannot be handled is set aside. */
describe('stream event sources', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ retryAfter: 0.1 });
  });
  afterAll(() => fixture.stop());

  const write = (id: string, n: number, table = 'notes') =>
    service(fixture.stack, 'DynamoDB_20120810.PutItem', 'dynamodb', {
      TableName: fixture.stack.tableName(table),
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

  describe('with a bucket for what fails', () => {
    const record = async (id: string) => {
      const letters = await fixture.stack.deadLetters();
      return letters.filter(({ queue, body }) => queue.includes('bucket') && body.includes(id));
    };
    const seenPapers = async () => (await fixture.sightings('paper-changed')).flatMap(({ ids = [] }) => ids);

    it('keeps the record that fails for good, and only that one of its batch', async () => {
      const poison = JSON.stringify({ id: 'torn', throw: true });
      const others = Array.from({ length: 16 }, (_, at) => `paper-${at}`);
      await Promise.all([...others, poison].map((id) => write(id, 1, 'papers')));
      await fixture.stack.idle();
      const seen = await seenPapers();
      for (const id of others) expect(seen, id).toContain(id);
      // Splitting takes nothing from the two retries of the one that is left.
      const alone = (await fixture.sightings('paper-changed')).filter(({ ids }) => ids?.length === 1);
      expect(alone.filter(({ ids }) => ids?.[0] === poison)).toHaveLength(3);
      const [kept, ...more] = await record('torn');
      expect(more).toEqual([]);
      expect(kept?.messageId).toMatch(
        /^aws\/lambda\/[0-9a-f-]{36}\/[^/]+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
      );
      const { payload, ...note } = JSON.parse(kept?.body ?? '') as { payload: string };
      expect(note).toMatchObject({
        version: '1.0',
        timestamp: expect.any(String),
        requestContext: {
          requestId: expect.any(String),
          functionArn: expect.stringContaining('fixture-paper-changed'),
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        DDBStreamBatchInfo: { batchSize: 1, shardId: expect.any(String), streamArn: expect.stringContaining('papers') },
      });
      const { Records } = JSON.parse(payload) as { Records: { dynamodb: { Keys: unknown; NewImage: unknown } }[] };
      expect(Records.map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ id: { S: poison } }]);
      expect(Records[0]?.dynamodb.NewImage).toEqual({ id: { S: poison }, n: { N: '1' } });
    });

    it('keeps a record that is reported as failed to the last', async () => {
      const reported = JSON.stringify({ id: 'smudged', fail: 99 });
      await write(reported, 1, 'papers');
      await fixture.stack.idle();
      expect((await seenPapers()).filter((id) => id === reported)).toHaveLength(3);
      expect(await record('smudged')).toHaveLength(1);
    });

    it('keeps nothing of a record that succeeds when it is tried again', async () => {
      await write(JSON.stringify({ id: 'mended', fail: 2 }), 1, 'papers');
      await fixture.stack.idle();
      expect(await record('mended')).toEqual([]);
    });

    it('counts what a run set aside', async () => {
      await write(JSON.stringify({ id: 'counted', throw: true }), 1, 'papers');
      expect(await fixture.stack.fireSchedule('nightly')).toMatchObject({ deadLetters: 1 });
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
