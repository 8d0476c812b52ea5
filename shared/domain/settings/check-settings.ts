import type { WrongField } from '../errors.ts';
import { contradictionsInValue } from '../value/value-contradictions.ts';
import { contradictionsInGrouping } from './grouping-settings.ts';
import type { Settings } from './settings.ts';

/** What is wrong with settings as a whole, each value being fine by itself; empty when nothing is. */
export function contradictionsIn(settings: Settings): WrongField[] {
  return [
    ...wrongLimits(settings),
    ...wrongRates(settings),
    ...contradictionsInValue(settings),
    ...contradictionsInGrouping(settings),
  ];
}

function wrongLimits({ stages: { l1, l2, l3 } }: Settings): WrongField[] {
  const wrong: WrongField[] = [];
  if (l1 >= l2) wrong.push({ field: 'stages.l2', message: 'must be greater than l1' });
  if (l2 >= l3) wrong.push({ field: 'stages.l3', message: 'must be greater than l2' });
  return wrong;
}

function wrongRates({ rates, baseCurrency }: Settings): WrongField[] {
  const seen = new Set<string>();
  return rates.flatMap(({ currency, from }, index) => {
    const key = `${currency} ${from}`;
    const isSecond = seen.has(key);
    seen.add(key);
    if (currency === baseCurrency) {
      return [{ field: `rates[${index}].currency`, message: 'is the base currency, which needs no rate' }];
    }
    return isSecond ? [{ field: `rates[${index}].from`, message: 'this currency has a second rate on that day' }] : [];
  });
}
