import { expect, test } from 'vitest';
import { touchView } from '../../../functions/crm-api/views/touch.ts';
import { touchSchema } from '../../../shared/contracts/http/messages.ts';
import type { OriginType } from '../../../shared/domain/touches/touch.ts';
import { aTouch } from '../../support/touches.ts';

test.each<[OriginType, string | null]>([
  ['journey', 'spring'],
  ['campaign', null],
  ['message', null],
])('a message of a %s names it as such, and as its journey: %s', (type, journey) => {
  const touch = aTouch({ origin: { type, id: 'spring', version: 1, step: 'send' } });
  expect(touchSchema.parse(touchView(touch))).toMatchObject({ origin: { type, id: 'spring' }, journey });
});
