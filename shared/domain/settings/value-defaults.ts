import type { TierBenefits, TierLevel, ValueSettings } from './value-settings.ts';

const noBenefits: TierBenefits = { pointsMultiplier: '1', discountPercent: 0 };

/** Thresholds of spend and stage are DOMAIN 5's; those by number of purchases are ours, for whoever switches to them. */
const defaultLevels: TierLevel[] = [
  {
    id: 'regular',
    names: { en: 'Regular', zh: '普通' },
    spend: '0',
    purchases: 1,
    stage: { from: 'new_once' },
    benefits: noBenefits,
  },
  {
    id: 'senior',
    names: { en: 'Senior', zh: '高级' },
    spend: '500',
    purchases: 2,
    stage: { from: 'new_repeat' },
    benefits: noBenefits,
  },
  {
    id: 'vip',
    names: { en: 'VIP', zh: 'VIP' },
    spend: '3000',
    purchases: 5,
    stage: { from: 'returning_repeat' },
    benefits: noBenefits,
  },
  {
    id: 'supreme',
    names: { en: 'Supreme', zh: '至尊' },
    spend: '8000',
    purchases: 10,
    stage: { from: 'returning_repeat', spend: '8000' },
    benefits: noBenefits,
  },
];

export const defaultValueSettings: ValueSettings = {
  rfm: { windowDays: 365, scores: { by: 'quintiles' } },
  tiers: { basis: 'spend', window: 'lifetime', lostGraceDays: 30, levels: defaultLevels },
  points: { newcomerMultiplier: '1', expiryMonths: 12 },
};
