import { expect, test } from 'vitest';
import { dayOf, formatDay } from '../../../shared/domain/calendar.ts';
import { rowsOf } from '../../../shared/domain/rehearsal/tally.ts';
import { aLivingShop, someBuyers } from '../../support/rehearsals.ts';
import { day, noon, shanghai } from '../../support/touches.ts';

test('what is rehearsed is what then happens', async () => {
  const shop = aLivingShop();
  await shop.add(...someBuyers(40, 1, noon));
  await shop.liveUntil(noon + 10 * day);
  const t0 = shop.world.clock.time;
  const sums = await shop.rehearse(30);
  await shop.liveUntil(t0 + 30 * day);
  const sent = shop.all().filter(({ sentAt = 0 }) => sentAt > t0).map(({ sentAt = 0, channel }) => `${formatDay(dayOf(sentAt, shanghai))} ${channel}`);
  const rehearsed = rowsOf(sums, 'sent').flatMap(({ by: [d, channel], spent }) => Array(spent.messages).fill(`${d} ${channel}`));
  console.log(sums, shop.failures, shop.world.failures.length);
  expect(rehearsed.sort()).toEqual(sent.sort());
});
