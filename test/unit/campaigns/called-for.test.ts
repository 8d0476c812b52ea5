import { describe, expect, it } from 'vitest';
import type { Campaign } from '../../../shared/domain/campaigns/campaign.ts';
import { drafted } from '../../../shared/domain/campaigns/course.ts';
import { calledForByCampaign } from '../../../shared/usecases/campaigns/called-for.ts';
import { aDefinition } from '../../support/campaigns.ts';
import { aFile, aTouch, hour, noon } from '../../support/touches.ts';

const parts = (templateId: string) => [{ channel: 'email' as const, templateId }];
const definition = aDefinition({
  variants: {
    of: [
      { id: 'a', share: 0.5, channels: parts('first') },
      { id: 'b', share: 0.5, channels: parts('second') },
    ],
    test: { share: 0.2, metric: 'clicked', waitHours: 4 },
  },
});
const running: Campaign = {
  ...drafted(definition, noon),
  state: 'running',
  rounds: [{ number: 1, launchedAt: noon, parts: 8 }],
};
const origin = { type: 'campaign', id: 'spring', version: 1, step: 'send' } as const;
const touch = (variant?: string) =>
  aTouch({ origin, occurrence: 'round 1', ...(variant !== undefined && { variant, template: 'first' }) });

const ask = (campaign: Campaign | undefined, variant?: string, now = noon) => {
  const scene = { file: aFile(), order: () => undefined, shopOf: () => undefined };
  return calledForByCampaign({ campaigns: { campaign: async () => campaign } }).whyNotNow(touch(variant), scene, now);
};

describe('a campaign is asked right before a message leaves', () => {
  it('lets it go while it runs, and after it is done', async () => {
    expect(await ask(running)).toBeUndefined();
    expect(await ask({ ...running, state: 'done' }, 'b')).toBeUndefined();
  });

  it('gives it up once it is cancelled or gone', async () => {
    expect(await ask({ ...running, state: 'cancelled' })).toEqual({ type: 'gone', reason: 'cancelled' });
    expect(await ask(undefined)).toEqual({ type: 'gone', reason: 'campaign_gone' });
  });

  it('keeps it waiting while it is paused', async () => {
    expect(await ask({ ...running, state: 'paused' })).toEqual({ type: 'wait', until: noon + hour, reason: 'paused' });
  });

  it('those who wait for a test get the variant that was decided for, of their own round', async () => {
    expect(await ask(running, 'winner')).toMatchObject({ type: 'wait', reason: 'undecided' });
    const winner = { variant: 'b', at: noon, decided: true };
    const decided = { ...running, rounds: [{ number: 1, launchedAt: noon, parts: 8, winner }] };
    expect(await ask(decided, 'winner')).toEqual({ type: 'as', template: 'second', variant: 'b' });
    expect(await ask(decided, 'a')).toBeUndefined();
    const other = { ...running, rounds: [{ number: 2, launchedAt: noon, parts: 8, winner }] };
    expect(await ask(other, 'winner')).toMatchObject({ type: 'wait' });
  });
});
