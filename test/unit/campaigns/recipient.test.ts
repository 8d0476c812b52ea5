import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOf } from '../../../shared/domain/campaigns/draw.ts';
import { recipientOf, type Standings } from '../../../shared/domain/campaigns/recipient.ts';
import type { Standing } from '../../../shared/domain/contact-policy/standing.ts';
import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { aDefinition } from '../../support/campaigns.ts';

type Reach = 'granted' | 'denied' | 'unknown' | 'blocked' | 'none';

function standing(reach: Reach): Standing {
  const known = { stage: 'new_once', zone: 'Asia/Shanghai', recent: [], silences: [] } as const;
  if (reach === 'none') return known;
  return {
    ...known,
    address: {
      value: 'someone',
      key: 'key',
      consent: { state: reach === 'blocked' ? 'granted' : reach },
      claims: [],
      ...(reach === 'blocked' && { block: { reason: 'bounce', at: 0 } }),
    },
  };
}

const standings = (reach: Partial<Record<Channel, Reach>>): Standings =>
  new Map(Object.entries(reach).map(([channel, one]) => [channel as Channel, standing(one)]));

const both = aDefinition({
  channels: [
    { channel: 'email', templateId: 'spring' },
    { channel: 'sms', templateId: 'spring' },
  ],
});

describe('who of a segment gets what', () => {
  const of = (reach: Partial<Record<Channel, Reach>>, definition = both) =>
    recipientOf('c1', standings(reach), 'spring', 1, definition, defaultSettings);

  it('everybody gets every channel on which they can be reached', () => {
    const channels = (reach: Partial<Record<Channel, Reach>>) => {
      const recipient = of(reach);
      return recipient.type === 'messages' ? recipient.parts.map(({ channel }) => channel) : recipient;
    };
    expect(channels({ email: 'granted', sms: 'granted' })).toEqual(['email', 'sms']);
    expect(channels({ email: 'denied', sms: 'granted' })).toEqual(['sms']);
    expect(channels({ email: 'granted', sms: 'none' })).toEqual(['email']);
    expect(channels({ email: 'none', sms: 'unknown' })).toEqual({
      type: 'unreachable',
      channel: 'email',
      reason: 'address',
    });
    expect(channels({ email: 'blocked', sms: 'none' })).toEqual({
      type: 'unreachable',
      channel: 'email',
      reason: 'suppression',
    });
    expect(channels({ email: 'unknown', sms: 'none' })).toEqual({
      type: 'unreachable',
      channel: 'email',
      reason: 'consent',
    });
  });

  it('care passes on unknown consent where the policy lets it, and a webhook only where it leads anywhere', () => {
    const care = aDefinition({ class: 'care' });
    const policy = { ...defaultSettings.policy, careOnUnknownConsent: true };
    const asked = standings({ email: 'unknown' });
    expect(recipientOf('c1', asked, 'spring', 1, care, { ...defaultSettings, policy }).type).toBe('messages');
    expect(recipientOf('c1', asked, 'spring', 1, care, defaultSettings).type).toBe('unreachable');
    const hook = aDefinition({ channels: [{ channel: 'webhook', templateId: 'spring' }] });
    expect(of({ webhook: 'granted' }, hook).type).toBe('unreachable');
    const channels = { ...defaultSettings.channels, webhook: { url: 'https://chat.example' } };
    const leads = recipientOf('c1', standings({ webhook: 'granted' }), 'spring', 1, hook, {
      ...defaultSettings,
      channels,
    });
    expect(leads.type).toBe('messages');
  });

  it('only those who can be reached are drawn, and the draw depends on nothing else: the arms are alike', () => {
    const reach = fc.constantFrom<Reach>('granted', 'denied', 'unknown', 'blocked', 'none');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), reach, reach, (customer, email, sms) => {
        const definition = { ...both, holdout: 0.5 };
        const recipient = recipientOf(customer, standings({ email, sms }), 'spring', 1, definition, defaultSettings);
        if (email !== 'granted' && sms !== 'granted') {
          expect(recipient.type).toBe('unreachable');
          return;
        }
        const isHeldOut = drawOf(customer, 'spring', 1, definition).type === 'heldout';
        expect(recipient.type).toBe(isHeldOut ? 'heldout' : 'messages');
      }),
    );
  });
});
