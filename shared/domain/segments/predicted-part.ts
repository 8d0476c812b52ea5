import { dayOf, type Instant } from '../calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { predictionOf } from '../predictions/customer-value.ts';
import { buyingHistoryAt } from '../predictions/frequency.ts';
import type { PredictionModel } from '../predictions/model.ts';
import type { Settings } from '../settings/settings.ts';
import { valuedPurchases } from '../value/valued-purchase.ts';
import type { SegmentRecord } from './record.ts';

/**
 * What last night's model foresees of customers by what they have bought until now.
 * @param model undefined before the first census: nothing is foreseen then
 */
export function predictedReader(
  model: PredictionModel | undefined,
  settings: Settings,
  asOf: Instant,
): (file: CustomerFile) => SegmentRecord['predicted'] {
  // Fitted in another currency, it says nothing of these amounts.
  if (model?.buying.type !== 'fitted' || model.currency !== settings.baseCurrency) return () => undefined;
  const today = dayOf(asOf, settings.timezone);
  return ({ orders }) => {
    const history = buyingHistoryAt(valuedPurchases(orders, settings), asOf, settings.timezone);
    const prediction = history && predictionOf(model, history, today);
    if (!prediction) return undefined;
    const { alive, expectedPurchases, value, nextDay } = prediction;
    return { alive, purchases: expectedPurchases, value, nextAt: nextDay };
  };
}
