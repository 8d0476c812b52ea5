import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CampaignInput } from '../../../shared/domain/campaigns/campaign.ts';
import { unknownInCampaign, wrongInCampaign } from '../../../shared/domain/campaigns/check-campaign.ts';
import { chooseWinner } from '../../../shared/domain/campaigns/choose-winner.ts';
import { doubtsAboutOffer, offerAdvice } from '../../../shared/domain/campaigns/offer-advice.ts';
import { aDefinition } from '../../support/campaigns.ts';

const email = [{ channel: 'email' as const, templateId: 'spring' }];
const sms = [{ channel: 'sms' as const, templateId: 'spring' }];

describe('a definition', () => {
  const wrong = (changes: Partial<CampaignInput>) => wrongInCampaign(aDefinition(changes)).map(({ field }) => field);

  it('has shares that sum to one, each variant and channel once, and the campaign’s channels in each', () => {
    const of = (
      shares: readonly number[],
      ids = ['a', 'b', 'c'],
      channels: NonNullable<CampaignInput['variants']>['of'][number]['channels'] = email,
    ) => ({
      variants: { of: shares.map((share, index) => ({ id: ids[index] ?? 'z', share, channels })) },
    });
    expect(wrong(of([0.5, 0.5]))).toEqual([]);
    expect(wrong(of([0.1, 0.2, 0.7]))).toEqual([]);
    expect(wrong(of([0.5, 0.4]))).toEqual(['variants.of']);
    expect(wrong(of([0.5, 0.5], ['a', 'a']))).toEqual(['variants.of[1].id']);
    expect(wrong(of([0.5, 0.5], ['a', 'winner']))).toEqual(['variants.of[1].id']);
    expect(wrong(of([0.5, 0.5], ['a', 'b'], sms))).toEqual(['variants.of[0].channels', 'variants.of[1].channels']);
    expect(wrong({ channels: [...email, ...email] })).toEqual(['channels[1].channel']);
  });

  it('tests on one clock only, and weeks have seven days', () => {
    const of = ['a', 'b'].map((id) => ({ id, share: 0.5, channels: email }));
    const test = { share: 0.2, metric: 'opened' as const, waitHours: 4 };
    expect(wrong({ variants: { of, test } })).toEqual([]);
    expect(wrong({ variants: { of, test }, schedule: { at: { localTime: '10:00' } } })).toEqual(['variants.test']);
    expect(wrong({ schedule: { every: 'week', day: 8, localTime: '10:00' } })).toEqual(['schedule.day']);
  });

  it('names what there is, and templates of its own class', () => {
    const known = {
      hasSegment: false,
      hasCoupon: false,
      hasShop: false,
      classOf: (channel: string) => (channel === 'email' ? ('news' as const) : undefined),
    };
    const found = unknownInCampaign(aDefinition({ channels: [...email, ...sms] }), known);
    expect(found.map(({ field }) => field)).toEqual([
      'segmentId',
      'couponId',
      'shopId',
      'channels[0].templateId',
      'channels[1].templateId',
    ]);
    expect(found[3]?.message).toContain('is a template of class news, and the campaign is promotional');
    expect(
      unknownInCampaign(aDefinition(), {
        hasSegment: true,
        hasCoupon: true,
        hasShop: true,
        classOf: () => 'promotional',
      }),
    ).toEqual([]);
  });
});

describe('the winner of a test', () => {
  const counts = (...pairs: readonly (readonly [number, number])[]) =>
    pairs.map(([sent, reacted], index) => ({ variant: 'abcde'[index] ?? '', sent, reacted }));

  it('is the one with the highest share, not the highest number', () => {
    expect(chooseWinner(counts([100, 30], [50, 20]))).toEqual({ variant: 'b', decided: true });
    expect(chooseWinner(counts([100, 30], [50, 10], [70, 20]))).toEqual({ variant: 'a', decided: true });
  });

  it('undecided it is the first: nobody reacted, nothing was sent, or two are best', () => {
    expect(chooseWinner(counts([100, 0], [50, 0]))).toEqual({ variant: 'a', decided: false });
    expect(chooseWinner(counts([0, 0], [0, 0]))).toEqual({ variant: 'a', decided: false });
    expect(chooseWinner(counts([100, 5], [100, 20], [50, 10]))).toEqual({ variant: 'a', decided: false });
  });

  it('no other has a higher share than one that was decided for', () => {
    const count = fc.nat(500).chain((sent) => fc.tuple(fc.constant(sent), fc.nat(sent)));
    fc.assert(
      fc.property(fc.array(count, { minLength: 2, maxLength: 5 }), (pairs) => {
        const all = counts(...pairs);
        const { variant, decided } = chooseWinner(all);
        if (!decided) {
          expect(variant).toBe('a');
          return;
        }
        const share = (name: string) => {
          const { sent, reacted } = all.find((one) => one.variant === name) ?? { sent: 1, reacted: 0 };
          return sent === 0 ? -1 : reacted / sent;
        };
        for (const other of all) {
          if (other.variant !== variant) expect(share(other.variant)).toBeLessThan(share(variant));
        }
      }),
    );
  });
});

describe('advice on offers', () => {
  it('thresholds are 1.2 and 1.5 times the average order, gifts begin 10 to 30 % above it', () => {
    expect(offerAdvice(12_345)).toEqual({
      growing: 14_814,
      mature: 18_518,
      gift: { from: 13_580, to: 16_049 },
      mostLevels: 3,
    });
    expect(offerAdvice(undefined)).toBeUndefined();
  });

  it('warns of a discount above the margin, and of a threshold that is no threshold', () => {
    expect(doubtsAboutOffer({ kind: 'percent', value: 30 }, 10_000, 0.4)).toEqual([]);
    expect(doubtsAboutOffer({ kind: 'percent', value: 50 }, 10_000, 0.4)[0]).toContain('exceeds the margin (40 %)');
    expect(doubtsAboutOffer({ kind: 'threshold', value: 4_000, minimum: 20_000 }, 10_000, 0.25)).toEqual([]);
    expect(doubtsAboutOffer({ kind: 'threshold', value: 6_000, minimum: 20_000 }, 10_000, 0.25)).toHaveLength(1);
    expect(doubtsAboutOffer({ kind: 'threshold', value: 1_000, minimum: 9_000 }, 10_000, 0.5)[0]).toContain(
      'no higher than the average order',
    );
    expect(doubtsAboutOffer({ kind: 'freeShipping' }, 10_000, 0.1)).toEqual([]);
    expect(doubtsAboutOffer({ kind: 'percent', value: 90 }, 10_000, undefined)).toEqual([]);
  });
});
