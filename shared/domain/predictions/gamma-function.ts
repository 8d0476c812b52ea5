const HALF_LOG_TWO_PI = 0.918_938_533_204_672_8;
/** Coefficients of Stirling's series in 1/x, 1/x³, 1/x⁵, … */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360] as const;
/** From here on the series is exact to the last digits. */
const large = 12;

/** ln Γ(x) for x > 0, to about 14 digits. */
export function logGamma(x: number): number {
  let [shifted, product] = [x, 1];
  while (shifted < large) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = stirling.reduceRight((sum, coefficient) => sum * square + coefficient, 0) * inverse;
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + series - Math.log(product);
}

/** ln B(x, y), the beta function. */
export function logBeta(x: number, y: number): number {
  return logGamma(x) + logGamma(y) - logGamma(x + y);
}
