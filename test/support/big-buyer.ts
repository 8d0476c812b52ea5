import { seededRandom } from '../../infra/local/seeded-random.ts';
import {
  type CustomerFile,
  emptyFile,
  type OrderEntry,
  withIdentities,
} from '../../shared/domain/customers/customer-file.ts';
import { dayMs } from '../../shared/domain/durations.ts';

const products = 400;

/** Somebody who buys for a whole company: over ten years, two lines each time, of 400 products, known by `b:north-<id>`. */
export function aBigBuyer(id: string, purchases: number): CustomerFile {
  const chance = seededRandom(7);
  const upTo = (most: number) => Math.floor(chance() * most);
  const line = () => {
    const product = upTo(products);
    const sku = String(4_600_000_000_000 + 87_654_321 * product);
    return { product: String(610_000_000_000 + 7_654_321 * product), sku, category: 'Tea', amount: upTo(50_000) };
  };
  const orders = new Map<string, OrderEntry>();
  for (let number = 0; number < purchases; number++) {
    const statedAt = Date.UTC(2016, 0, 1) + Math.floor((number * 3650 * dayMs) / purchases) + upTo(dayMs);
    const paidAt = statedAt + upTo(120_000);
    const money = { amount: upTo(90_000), currency: 'CNY', items: 2, lines: [line(), line()], coupons: [] };
    const purchase = { paidAt, day: Math.floor(paidAt / dayMs), ...money };
    orders.set(`north#${2_026_000_000_000 + 1000 * number + upTo(1000)}`, { statedAt, purchase });
  }
  return { ...withIdentities(emptyFile(id), [`b:north-${id}`]), orders };
}
