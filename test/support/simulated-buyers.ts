import type { BgNbd } from '../../shared/domain/predictions/bg-nbd.ts';
import type { BuyingHistory } from '../../shared/domain/predictions/frequency.ts';
import type { GammaGamma } from '../../shared/domain/predictions/gamma-gamma.ts';

/** A seeded source of numbers in [0, 1). */
export type Chance = () => number;

/** A customer who lives as the models of the predictions assume, looked at by whole days, bought in once a day at most. */
export function simulatedBuyer(chance: Chance, weeks: number, buying: BgNbd, spending: GammaGamma): BuyingHistory {
  const rate = gammaOf(chance, buying.r) / buying.alpha;
  const leaves = betaOf(chance, buying.a, buying.b);
  const days = new Set([0]);
  for (let t = exponentialOf(chance, rate); t <= weeks; t += exponentialOf(chance, rate)) {
    days.add(Math.ceil(t * 7));
    if (chance() < leaves) break;
  }
  const scale = gammaOf(chance, spending.q) / spending.v;
  const amounts = Array.from(days, () => gammaOf(chance, spending.p) / scale);
  const [first = 0] = amounts;
  const amount = amounts.reduce((sum, each) => sum + each, 0);
  const repeats = days.size - 1;
  return {
    repeats,
    lastAfter: Math.max(...days),
    knownFor: Math.ceil(weeks * 7),
    amount,
    repeatAmount: repeats === 0 ? 0 : (amount - first) / repeats,
  };
}

function exponentialOf(chance: Chance, rate: number): number {
  return -Math.log1p(-chance()) / rate;
}

function betaOf(chance: Chance, a: number, b: number): number {
  const x = gammaOf(chance, a);
  return x / (x + gammaOf(chance, b));
}

/** Gamma of rate 1, by Marsaglia and Tsang (2000). */
function gammaOf(chance: Chance, shape: number): number {
  if (shape < 1) return gammaOf(chance, shape + 1) * (1 - chance()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log1p(-chance())) * Math.cos(2 * Math.PI * chance());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log1p(-chance()) < normal * normal * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}
