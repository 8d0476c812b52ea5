import { expect, test } from 'vitest';
import { messageText } from '../../../shared/adapters/sqs/work-queue.ts';

test('a message holds no character that a queue refuses, and reads as what was sent', () => {
  const work = { type: 'orders.changed', orders: ['north#a\uffff', 'north#\ufffe', 'north#订单🍵', 'north#\u0001"\\'] };
  const text = messageText(work);
  expect(text).toMatch(/^[\x20-\ud7ff\ue000-\ufffd]*$/);
  expect(JSON.parse(text)).toEqual(work);
});
