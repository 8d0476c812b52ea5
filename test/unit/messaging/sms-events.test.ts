import { describe, expect, test } from 'vitest';
import { isSmsReply, readSmsDelivery, readSmsReply } from '../../../shared/contracts/feedback/sms-events.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import { noon } from '../../support/touches.ts';

const phone = '+8613800138000';

describe('a text message that came in', () => {
  const reply = (messageBody: string) =>
    readSmsReply({ originationNumber: phone, messageBody, messageKeyword: 'X' }, noon);

  test.each([
    ['STOP', 'stop'],
    [' 退订 ', 'stop'],
    ['R', 'stop'],
    ['start', 'start'],
  ])('%s', (text, word) => {
    expect(reply(text)).toEqual({ type: 'word', channel: 'sms', address: phone, word, at: noon });
  });

  test('that asks for nothing is ignored, and its text is not kept', () => {
    const ignored = reply('nonstop chatter of Ann');
    expect(ignored).toMatchObject({ type: 'ignored' });
    expect(JSON.stringify(ignored)).not.toContain('Ann');
  });

  test('is told from anything else', () => {
    expect(isSmsReply({ originationNumber: phone, messageBody: '' })).toBe(true);
    expect(isSmsReply({ originationNumber: phone })).toBe(false);
    expect(() => readSmsReply({ originationNumber: '', messageBody: 'STOP' }, noon)).toThrow();
  });
});

describe('the log of a delivery', () => {
  const line = (status: string, providerResponse: string, timestamp = '2026-11-23 04:00:00.123') =>
    readSmsDelivery({
      notification: { messageId: 'm1', timestamp },
      delivery: { destination: phone, providerResponse },
      status,
    });
  const about = { type: 'reaction', channel: 'sms', providerId: 'm1', at: noon + 123, addresses: [phone] };

  test('tells what became of the message: its time is UTC', () => {
    expect(line('SUCCESS', 'Message has been accepted by phone carrier')).toEqual({ ...about, kind: 'delivered' });
    expect(line('FAILURE', 'Phone is currently unreachable/unavailable')).toEqual({ ...about, kind: 'rejected' });
  });

  test('a number that is none is barred', () => {
    for (const response of ['Invalid phone number', 'Unknown phone number']) {
      expect(line('FAILURE', response)).toEqual({ ...about, kind: 'rejected', blocks: 'bounce' });
    }
  });

  test('a phone that has opted out has said STOP', () => {
    expect(line('FAILURE', 'Phone number is opted out')).toEqual({
      type: 'word',
      channel: 'sms',
      address: phone,
      word: 'stop',
      at: noon + 123,
    });
  });

  test('what is no such log is ignored', () => {
    for (const other of [null, 7, 'text', [], {}, { status: 'SUCCESS' }]) {
      expect(readSmsDelivery(other)).toMatchObject({ type: 'ignored' });
    }
    expect(line('SUCCESS', '', 'soon')).toMatchObject({ type: 'ignored' });
  });
});

test(`published samples${whereReferencePayloadsAre}`, { skip: !hasReferencePayloads }, () => {
  const sample = (name: string) => JSON.parse(referencePayload(`aws/${name}`).toString()) as object;
  expect(isSmsReply(sample('sms_two_way_inbound.json'))).toBe(true);
  expect(readSmsReply(sample('sms_two_way_inbound.json'), noon)).toMatchObject({ type: 'ignored' });
  expect(readSmsReply({ ...sample('sms_two_way_inbound.json'), messageBody: 'Stop' }, noon)).toEqual({
    type: 'word',
    channel: 'sms',
    address: '+14255550182',
    word: 'stop',
    at: noon,
  });
  expect(readSmsDelivery(sample('sns_sms_delivery_log_success.json'))).toEqual({
    type: 'reaction',
    channel: 'sms',
    kind: 'delivered',
    at: Date.parse('2016-06-28T00:40:34.558Z'),
    providerId: '34d9b400-c6dd-5444-820d-fbeb0f1f54cf',
    addresses: ['+1XXX5550100'],
  });
});
