/** What a variant of a test came to. */
export interface VariantCount {
  readonly variant: string;
  readonly sent: number;
  /** Those sent to who did what the test asks for: opened, clicked, purchased. */
  readonly reacted: number;
}

/**
 * Decides a test (DOMAIN 7): the variant with the highest share of those it was sent to. Where nobody did anything, or two
 * are best, it is undecided and the first goes to the rest.
 * @param counts in the order of the definition
 */
export function chooseWinner(counts: readonly VariantCount[]): { readonly variant: string; readonly decided: boolean } {
  const best = counts.reduce<VariantCount | undefined>(
    (top, count) => (count.sent > 0 && (!top || isAbove(count, top)) ? count : top),
    undefined,
  );
  const first = counts[0]?.variant ?? '';
  if (!best || best.reacted === 0) return { variant: first, decided: false };
  const rivals = counts.filter((count) => count !== best && count.sent > 0 && !isAbove(best, count));
  return rivals.length > 0 ? { variant: first, decided: false } : { variant: best.variant, decided: true };
}

/** Shares compared without dividing. */
function isAbove(one: VariantCount, other: VariantCount): boolean {
  return one.reacted * other.sent > other.reacted * one.sent;
}
