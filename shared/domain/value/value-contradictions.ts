import type { WrongField } from '../errors.ts';
import type { Stage } from '../life-cycle/stage.ts';
import { parseAmount } from '../money.ts';
import type { TierBasis, TierLevel, ValueSettings } from '../settings/value-settings.ts';
import { hasReached } from './tier-by-stage.ts';

/** What is wrong with these settings as a whole, each value being fine by itself; empty when nothing is. */
export function contradictionsInValue(settings: ValueSettings & { readonly baseCurrency: string }): WrongField[] {
  return [...wrongScores(settings), ...wrongIds(settings), ...wrongAmounts(settings), ...wrongOrder(settings)];
}

function wrongScores({
  rfm: { scores },
  baseCurrency,
}: ValueSettings & { readonly baseCurrency: string }): WrongField[] {
  if (scores.by === 'quintiles') return [];
  const amounts = scores.m.map((text) => parseAmount(text, baseCurrency));
  const wrong = amounts.flatMap((amount, index) =>
    amount === undefined ? [notAnAmount(`rfm.scores.m[${index}]`, baseCurrency)] : [],
  );
  for (const [measure, limits] of Object.entries({ r: scores.r, f: scores.f, m: amounts })) {
    for (let index = 1; index < limits.length; index++) {
      const [before, limit] = [limits[index - 1], limits[index]];
      if (before === undefined || limit === undefined || limit > before) continue;
      wrong.push({ field: `rfm.scores.${measure}[${index}]`, message: 'must be greater than the one before' });
    }
  }
  return wrong;
}

function wrongIds({ tiers: { levels } }: ValueSettings): WrongField[] {
  const seen = new Set<string>();
  return levels.flatMap(({ id }, index) => {
    const isSecond = seen.has(id);
    seen.add(id);
    return isSecond ? [{ field: `tiers.levels[${index}].id`, message: 'stands twice in the list' }] : [];
  });
}

/** Every amount, also those of a basis not in force: it may come into force by a change that says nothing of them. */
function wrongAmounts({
  tiers: { levels },
  baseCurrency,
}: ValueSettings & { readonly baseCurrency: string }): WrongField[] {
  return levels.flatMap(({ spend, stage }, index) => {
    const field = `tiers.levels[${index}]`;
    return [
      ...(isAmount(spend, baseCurrency) ? [] : [notAnAmount(`${field}.spend`, baseCurrency)]),
      ...(isAmount(stage?.spend, baseCurrency) ? [] : [notAnAmount(`${field}.stage.spend`, baseCurrency)]),
    ];
  });
}

function isAmount(text: string | undefined, currency: string): boolean {
  return text === undefined || parseAmount(text, currency) !== undefined;
}

function notAnAmount(field: string, currency: string): WrongField {
  return { field, message: `has more decimals than ${currency}` };
}

/** By the basis in force every level must say what it asks for, and more than the level below. */
function wrongOrder({ tiers: { basis, levels } }: ValueSettings): WrongField[] {
  return levels.flatMap((level, index) => {
    const field = `tiers.levels[${index}].${basis}`;
    if (level[basis] === undefined) return [{ field, message: `is needed where tiers go by ${basis}` }];
    const below = levels[index - 1];
    return below === undefined || asksForMore(level, below, basis)
      ? []
      : [{ field, message: 'must ask for more than the level below' }];
  });
}

function asksForMore(level: TierLevel, below: TierLevel, basis: TierBasis): boolean {
  const [asked, before] = [demandOf(level, basis), demandOf(below, basis)];
  if (!asked || !before) return true;
  const isNoEasier = hasReached(asked.stage, before.stage) && asked.amount >= before.amount;
  return isNoEasier && (asked.stage !== before.stage || asked.amount > before.amount);
}

function demandOf(level: TierLevel, basis: TierBasis): { stage: Stage; amount: number } | undefined {
  const { spend, purchases, stage } = level;
  if (basis === 'spend') return spend === undefined ? undefined : { stage: 'new_once', amount: Number(spend) };
  if (basis === 'purchases') return purchases === undefined ? undefined : { stage: 'new_once', amount: purchases };
  return stage && { stage: stage.from, amount: Number(stage.spend ?? 0) };
}
