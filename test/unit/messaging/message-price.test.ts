import { describe, expect, it } from 'vitest';
import {
  costOfMessage,
  countryOfPhone,
  millionthsOf,
  priceOfMessage,
} from '../../../shared/domain/messages/message-price.ts';

const prices = { sms: { CN: '0.045', TW: '0.30', '*': '0.06' }, email: '0.0008' };

describe('what a message costs', () => {
  it.each([
    ['sms', 1, 'CN', 45_000],
    ['sms', 3, 'CN', 135_000],
    ['sms', 2, 'TW', 600_000],
    ['sms', 1, 'DE', 60_000],
    ['sms', 1, undefined, 60_000],
    ['sms', 0, 'CN', 0],
    ['email', 1, undefined, 800],
    ['webhook', 1, undefined, 0],
  ] as const)('%s of %i parts to %s: %i millionths', (channel, parts, country, cost) => {
    expect(priceOfMessage(channel, parts, country, prices)).toBe(cost);
  });

  it('is exact', () => {
    expect(['0', '1', '0.1', '0.000001', '123.456789', '0.0450'].map(millionthsOf)).toEqual([
      0, 1_000_000, 100_000, 1, 123_456_789, 45_000,
    ]);
  });

  it('goes by no name that every object has', () => {
    expect(priceOfMessage('sms', 1, 'constructor', prices)).toBe(60_000);
  });

  it('knows the country of a phone', () => {
    expect(['+8613800138000', '+886912345678', '+85261234567', 'nonsense'].map(countryOfPhone)).toEqual([
      'CN',
      'TW',
      'HK',
      undefined,
    ]);
  });

  it('counts the parts of the text where the provider did not', () => {
    const message = { channel: 'sms', to: '+8613800138000', text: '您'.repeat(71) } as const;
    expect(costOfMessage(message, prices)).toEqual({ parts: 2, cost: 90_000 });
    expect(costOfMessage({ ...message, parts: 3 }, prices)).toEqual({ parts: 3, cost: 135_000 });
    expect(costOfMessage({ ...message, channel: 'email' }, prices)).toEqual({ cost: 800 });
  });
});
