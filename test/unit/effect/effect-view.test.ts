import { expect, test } from 'vitest';
import { effectView } from '../../../functions/marketing-api/views/effect.ts';
import { TouchTally } from '../../../shared/domain/effect/report-of-touches.ts';
import type { TouchBrief } from '../../../shared/domain/effect/touch-brief.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';

const cost = 5_000_000;
const sent: TouchBrief = {
  step: 'send',
  occurrence: 'round 1',
  channel: 'sms',
  template: 't',
  state: 'sent',
  cost,
};

/** The view of one message that earned this. */
function viewOf(credited: TouchBrief['credited']) {
  const tally = new TouchTally();
  tally.add('c1', { ...sent, ...(credited && { credited }) });
  return effectView({ all: tally.report(), groups: new Map() }, defaultSettings);
}

test('the return is what is left after the discount less the messages, by all that was spent', () => {
  const earned = { orders: 1, amount: 10_000, discount: 1000 };
  expect(viewOf({ ...earned, margin: 4000 })).toMatchObject({
    cost: { amount: '15.00', currency: 'CNY' },
    margin: { amount: '40.00', currency: 'CNY' },
    roi: (4000 - 500) / 1500,
  });
  expect(viewOf(earned)).toMatchObject({ margin: null, roi: (10_000 - 500) / 1500 });
  expect(viewOf(undefined).roi).toBe(-1);
});
