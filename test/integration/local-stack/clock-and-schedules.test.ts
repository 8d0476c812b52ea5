import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, startFixture } from '../../support/local-stack.ts';

/** One clock for all, and schedules that go by it. */
describe('clock and schedules', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture({ time: new Date('2026-03-01T10:00:20Z') });
  });
  afterAll(() => fixture.stop());

  const post = (path: string, body: unknown) =>
    fetch(`${fixture.stack.url}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) });

  it('fires a rule with the event time that is given, and counts what it caused', async () => {
    const response = await post('schedules/nightly', { time: '2026-11-23T19:00:00Z' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      invocations: { 'nightly-run': 1 },
      failures: {},
      dynamodb: { requests: 1, writeUnits: 1, itemsWritten: 1 },
      deadLetters: 0,
    });
    const [seen] = await fixture.sightings('nightly-run');
    expect(seen?.event).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-11-23T19:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/fixture-nightly'],
      detail: {},
    });
  });

  it('sends the input that a rule or a schedule configures', async () => {
    const configured = fixture.stack.scheduleNames().find((name) => name.includes('configured')) ?? '';
    await fixture.stack.fireSchedule(configured);
    expect((await fixture.sightings('nightly-run')).at(-1)?.event).toEqual({ kind: 'configured' });
    await fixture.stack.fireSchedule('minute', new Date('2026-11-23T19:05:00Z'));
    expect((await fixture.sightings('minute-run')).at(-1)?.event).toEqual({ time: '2026-11-23T19:05:00Z' });
  });

  it('tries an event again whose function dies', async () => {
    fixture.stack.setFault({ name: 'lambda.crash', function: 'nightly-run', count: 1, ms: 0 });
    const counts = await fixture.stack.fireSchedule('nightly');
    expect(counts).toMatchObject({ invocations: { 'nightly-run': 2 }, failures: { 'nightly-run': 1 } });
  });

  it('names the schedules there are when asked for another', async () => {
    const response = await post('schedules/weekly', {});
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      errors: [{ field: 'name' }],
      detail: expect.stringContaining('nightly'),
    });
  });

  it('shows functions the local time, and recycles them when it is set', async () => {
    expect((await fixture.act('clock')).result).toMatchObject({ now: expect.stringContaining('2026-03-01T10:0') });
    expect(await (await post('time', { time: '2027-01-31T23:00:00+08:00' })).json()).toEqual({
      time: expect.stringContaining('2027-01-31T15:00:0'),
    });
    const { result } = await fixture.act('clock');
    expect(result).toMatchObject({
      now: expect.stringContaining('2027-01-31T15:00:'),
      called: expect.stringContaining('Jan 31 2027'),
      invocations: 1,
    });
    const time = (await (await fetch(`${fixture.stack.url}/_local/time`)).json()) as { time: string };
    expect(time.time).toContain('2027-01-31T15:00:');
  });

  it('makes what is delayed due when its time is passed over', async () => {
    await fixture.send('jobs', { id: 'much-later' }, { DelaySeconds: 900 });
    await post('time', { time: '2027-02-01T15:00:00Z' });
    await fixture.stack.idle();
    const [seen] = (await fixture.sightings('job-run')).filter(({ ids }) => ids?.includes('much-later'));
    expect(seen).toBeDefined();
  });

  it('does not fire over a jump, and fires when its minute comes', async () => {
    const nights = async () => (await fixture.sightings('nightly-run')).length;
    const before = await nights();
    await post('time', { time: '2027-02-02T18:58:58Z' });
    await post('time', { time: '2027-02-04T18:59:58Z' });
    expect(await nights()).toBe(before);
    await expect.poll(nights, { timeout: 10_000 }).toBe(before + 1);
    await fixture.stack.idle();
    const seen = (await fixture.sightings('nightly-run')).at(-1);
    expect(seen?.event).toMatchObject({ time: '2027-02-04T19:00:00Z' });
    expect(seen?.now).toContain('2027-02-04T19:00:0');
    expect((await fixture.sightings('minute-run')).at(-1)?.event).toEqual({ time: '2027-02-04T19:00:00Z' });
  });

  it('sums the metrics that functions embed in their logs', async () => {
    await fixture.act('metric');
    expect(fixture.stack.logs().some(({ function: name, text }) => name === 'probe' && text.includes('"Seen":3'))).toBe(
      true,
    );
  });
});
