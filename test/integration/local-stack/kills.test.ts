import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, startFixture } from '../../support/local-stack.ts';

/** A function that is ended around one of its service calls: what was done stays done, nothing else happens. */
describe('kills at a step', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ retryAfter: 0.05 });
  });
  afterEach(() => fixture.stack.clearFaults());
  afterAll(() => fixture.stop());

  const stepsDone = async (id: string) => {
    const notes = await Promise.all(['one', 'two', 'three'].map((step) => fixture.act('get', { id: `${id}-${step}` })));
    return notes.filter(({ result }) => result !== null).length;
  };

  it.each([
    ['lambda.killBefore', 1, 0],
    ['lambda.killBefore', 2, 1],
    ['lambda.killBefore', 3, 2],
    ['lambda.killAfter', 1, 1],
    ['lambda.killAfter', 2, 2],
    ['lambda.killAfter', 3, 3],
  ] as const)('%s at call %i leaves %i done', async (name, nth, done) => {
    const id = `${name}-${nth}`;
    fixture.stack.setFault({ name, nth, function: 'probe', count: 1 });
    const failed = await fetch(`${fixture.stack.url}/do/steps`, { method: 'POST', body: JSON.stringify({ id }) });
    expect(failed.status).toBe(500);
    expect(await stepsDone(id)).toBe(done);
    expect((await fixture.act('steps', { id })).status).toBe(200);
    expect(await stepsDone(id)).toBe(3);
  });

  it('counts the calls of each invocation anew', async () => {
    fixture.stack.setFault({ name: 'lambda.killBefore', nth: 4, function: 'probe' });
    for (let round = 0; round < 3; round += 1) {
      expect((await fixture.act('steps', { id: `round-${round}` })).status).toBe(200);
    }
    expect(fixture.stack.faults()).toEqual([expect.objectContaining({ hits: 0 })]);
  });

  it('kills at an operation, and starts a fresh environment', async () => {
    const { result } = await fixture.act('clock');
    expect((result as { invocations: number }).invocations).toBeGreaterThan(0);
    await Promise.all(Array.from({ length: 8 }, () => fixture.act('wait', { ms: 50 })));
    fixture.stack.setFault({ name: 'lambda.killAfter', operation: 'PutItem', function: 'probe' });
    for (let at = 0; at < 8; at += 1) {
      const response = await fetch(`${fixture.stack.url}/do/put`, { method: 'POST', body: `{"id":"op-${at}"}` });
      expect(response.status).toBe(500);
    }
    fixture.stack.clearFaults();
    expect((await fixture.act('get', { id: 'op-7' })).result).toMatchObject({ id: { S: 'op-7' } });
    expect(fixture.stack.logs().filter(({ text }) => text.includes('"PutItem"'))).toEqual([]);
  });

  it.each(['lambda.killBefore', 'lambda.killAfter'] as const)('%s gives the message again', async (name) => {
    for (const nth of [1, 2]) {
      fixture.stack.setFault({ name, nth, function: 'job-run', count: 1 });
      await fixture.send('jobs', { id: `${name}-${nth}`, fail: 0 });
      await fixture.stack.idle();
      const seen = (await fixture.sightings('job-run')).filter(({ ids }) => ids?.includes(`${name}-${nth}`));
      // The first call writes down the sighting.
      expect(seen, `${name} ${nth}`).toHaveLength(name === 'lambda.killBefore' && nth === 1 ? 1 : 2);
      expect(seen.at(-1)?.attributes?.ApproximateReceiveCount).toBe('2');
    }
    expect(await fixture.stack.deadLetters()).toEqual([]);
  });

  it('ends a process as it ends a thread', async () => {
    fixture.stack.setFault({ name: 'lambda.killAfter', nth: 1, function: 'window-run', count: 1 });
    await fixture.send('windowed', { id: 'in-a-process' });
    // Its queue hides a failed message for a moment only, as all of this stack do.
    await fixture.stack.idle();
    const seen = (await fixture.sightings('window-run')).filter(({ ids }) => ids?.includes('in-a-process'));
    expect(seen).toHaveLength(2);
  });

  it('loses the answer of a send, not the mail', async () => {
    const before = (await fixture.stack.outbox.mail()).length;
    fixture.stack.setFault({ name: 'lambda.killAfter', operation: 'SendRawEmail', count: 1 });
    const input = JSON.stringify({ to: 'ann@example.com' });
    const response = await fetch(`${fixture.stack.url}/do/mail`, { method: 'POST', body: input });
    expect(response.status).toBe(500);
    expect(await fixture.stack.outbox.mail()).toHaveLength(before + 1);
  });

  it('hits a service fault at one call of an invocation only', async () => {
    fixture.stack.setFault({ name: 'dynamodb.lost', nth: 2, function: 'probe' });
    expect(await fixture.act('steps', { id: 'second-lost' })).toMatchObject({
      status: 500,
      name: 'InternalServerError',
    });
    expect(await stepsDone('second-lost')).toBe(2);
  });
});
