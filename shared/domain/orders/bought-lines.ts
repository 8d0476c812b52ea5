import { compareText, type Order, type OrderItem } from './order.ts';
import { successfulRefunds } from './status.ts';

/** What is left of a line of goods after refunds. */
export interface BoughtLine {
  readonly product: string;
  readonly sku?: string;
  readonly category?: string;
  /** Price of all pieces less what was refunded of it, in minor units of the order's currency. */
  readonly amount: number;
}

type OpenLine = { -readonly [Key in keyof BoughtLine]: BoughtLine[Key] } & { readonly gross: number; pieces: number };

/**
 * The goods of an order, one line for each product, SKU and category, less successful refunds (DOMAIN 1): what names a
 * product comes off its lines, what names none is shared out by line amounts. A line taken back in full is left out.
 */
export function boughtLines(order: Order): BoughtLine[] {
  const lines = goodsOf(order.description?.value.items ?? []);
  const refunds = successfulRefunds(order);
  const named = refunds.flatMap(({ items }) => items ?? []);
  for (const [product, parts] of Map.groupBy(named, ({ productId }) => productId)) {
    const ofProduct = lines.filter((line) => line.product === product);
    takeOff(ofProduct, sumOf(parts.map(({ amount }) => amount)));
    takePieces(ofProduct, sumOf(parts.map(({ quantity }) => quantity)));
  }
  const unnamed = refunds.filter(({ items }) => (items ?? []).length === 0);
  takeOff(lines, sumOf(unnamed.map(({ amount }) => amount)));
  return lines.filter((line) => !isTakenBack(line)).map(({ gross: _gross, pieces: _pieces, ...line }) => line);
}

function goodsOf(items: readonly OrderItem[]): OpenLine[] {
  const lines = Map.groupBy(items, ({ productId, sku, category }) => JSON.stringify([productId, sku, category]));
  return [...lines.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, same]) => {
      const [first] = same;
      if (!first) return [];
      const gross = sumOf(same.map(({ price, quantity }) => price * quantity));
      return {
        product: first.productId,
        ...(first.sku !== undefined && { sku: first.sku }),
        ...(first.category !== undefined && { category: first.category }),
        amount: gross,
        gross,
        pieces: sumOf(same.map(({ quantity }) => quantity)),
      };
    });
}

/** Shares an amount out by what is left of each line; the first lines bear what cannot be divided. */
function takeOff(lines: readonly OpenLine[], amount: number): void {
  let weight = sumOf(lines.map((line) => line.amount));
  let left = Math.min(amount, weight);
  for (const line of lines) {
    if (weight <= 0) return;
    const part = Number((BigInt(left) * BigInt(line.amount) + BigInt(weight) - 1n) / BigInt(weight));
    weight -= line.amount;
    line.amount -= part;
    left -= part;
  }
}

function takePieces(lines: readonly OpenLine[], pieces: number): void {
  let left = pieces;
  for (const line of lines) {
    const part = Math.min(line.pieces, left);
    line.pieces -= part;
    left -= part;
  }
}

/** All its pieces went back, or all its money; a gift that cost nothing had none. */
function isTakenBack({ gross, amount, pieces }: OpenLine): boolean {
  return pieces <= 0 || (gross > 0 && amount <= 0);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
