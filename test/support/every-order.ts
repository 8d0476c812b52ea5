/** Every order in which the pieces can come: 24 of four, 120 of five. */
export function everyOrderOf<T>(pieces: readonly T[]): T[][] {
  if (pieces.length === 0) return [[]];
  return pieces.flatMap((piece, index) => {
    const others = pieces.filter((_other, at) => at !== index);
    return everyOrderOf(others).map((rest) => [piece, ...rest]);
  });
}
