import { expect, test } from 'vitest';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { brakeOf } from '../../../shared/usecases/messages/brake-sending.ts';
import { aFile, aTouch, hour, messaging, noon } from '../../support/touches.ts';

const brake = (sent: number, bounced: number, complained: number, channel: 'email' | 'sms' = 'email') =>
  brakeOf(channel, defaultSettings, noon, { lastDay: async () => ({ sent, bounced, complained }) });

test.each([
  ['nothing sent', 0, 0, 0],
  ['a few bounces among little mail', 10, 4, 0],
  ['one complaint among little mail', 10, 0, 1],
  ['exactly the share of bounces that is tolerated', 200, 10, 0],
  ['exactly the share of complaints that is tolerated', 2000, 0, 2],
])('goes on: %s', async (_what, sent, bounced, complained) => {
  expect(await brake(sent, bounced, complained)).toBeUndefined();
});

test.each([
  ['bounces', 200, 11, 0],
  ['bounces', 10, 5, 0],
  ['bounces', 0, 5, 0],
  ['complaints', 2000, 0, 3],
  ['complaints', 10, 0, 2],
  ['bounces', 10, 5, 5],
])('stops for %s: %i sent, %i bounced, %i complained', async (reason, sent, bounced, complained) => {
  expect(await brake(sent, bounced, complained)).toEqual({ reason, until: noon + hour });
});

test('is of mail alone', async () => {
  expect(await brake(10, 10, 10, 'sms')).toBeUndefined();
});

test('lets transactional mail through, and the rest wait for an hour', async () => {
  const { putFile, plan, send, touch, rates, clock } = messaging();
  await putFile(aFile({ email: 'ann@example.com' }));
  rates.counted.email.bounced = 10;
  const [care, notice] = [aTouch(), aTouch({ class: 'transactional', occurrence: 'notice' })];
  await plan(care, notice);
  expect(await send('c1', 'email')).toMatchObject({ sent: 1, deferred: 1 });
  expect(await touch(care)).toMatchObject({ state: 'planned', reason: 'brake', dueAt: noon + hour });
  rates.counted.email.sent = 1000;
  clock.time = noon + hour;
  expect(await send('c1', 'email')).toMatchObject({ sent: 1 });
  expect((await touch(care)).sentAt).toBe(noon + hour);
});
