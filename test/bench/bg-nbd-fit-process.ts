import { seededRandom } from '../../infra/local/seeded-random.ts';
import { BuyingSample } from '../../shared/domain/predictions/buying-sample.ts';
import { predictionOf } from '../../shared/domain/predictions/customer-value.ts';
import type { BuyingHistory } from '../../shared/domain/predictions/frequency.ts';
import { fitModel, type PredictionModel } from '../../shared/domain/predictions/model.ts';
import { simulatedBuyer } from '../support/simulated-buyers.ts';

/** What the process prints, as JSON. */
export interface FitTaken {
  readonly customers: number;
  readonly groups: number;
  readonly seconds: number;
  /** Largest resident size of the whole process, the fit included and the predictions not. */
  readonly peakMegabytes: number;
  readonly predictionsPerSecond: number;
  readonly model: PredictionModel;
}

const customers = Number(process.argv[2] ?? 1_000_000);
const predicted = 20_000;
const weeks = 104;
const buying = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const spending = { p: 6.25, q: 3.74, v: 1544 };

function taken(): FitTaken {
  const chance = seededRandom(20_261_123);
  const sample = new BuyingSample();
  const some: BuyingHistory[] = [];
  for (let number = 0; number < customers; number++) {
    const buyer = simulatedBuyer(chance, chance() * weeks, buying, spending);
    const history = { ...buyer, amount: Math.round(buyer.amount) };
    sample.add(history);
    if (some.length < predicted) some.push(history);
  }
  const started = performance.now();
  const model = fitModel(sample, { asOf: 20_780, currency: 'CNY' });
  const seconds = (performance.now() - started) / 1000;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  return {
    customers: sample.size,
    groups: sample.groups().size,
    seconds,
    peakMegabytes,
    predictionsPerSecond: predicting(model, some),
    model,
  };
}

function predicting(model: PredictionModel, histories: readonly BuyingHistory[]): number {
  const started = performance.now();
  for (const history of histories) if (!predictionOf(model, history, 20_780)) throw new Error('nothing foreseen');
  return histories.length / ((performance.now() - started) / 1000);
}

process.stdout.write(JSON.stringify(taken()));
