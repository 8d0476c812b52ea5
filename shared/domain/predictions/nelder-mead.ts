export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
  readonly evaluations: number;
  /** False when the evaluations ran out first. */
  readonly converged: boolean;
}

export interface Search {
  /** Edge of the first simplex. */
  readonly step: number;
  /** Ends when the simplex is no wider than this … */
  readonly tolerance: number;
  /** … and its values differ by no more than this. */
  readonly valueTolerance: number;
  readonly maxEvaluations: number;
}

interface Corner {
  readonly at: number[];
  readonly value: number;
}

/**
 * Minimum of a function without derivatives, by the downhill simplex of Nelder and Mead (1965). What is not a number
 * counts as infinitely bad, so that a function can fence off its domain.
 */
export function nelderMead(
  objective: (at: readonly number[]) => number,
  start: readonly number[],
  search: Search,
): Minimum {
  let evaluations = 0;
  const evaluate = (at: number[]): Corner => {
    evaluations += 1;
    const value = objective(at);
    return { at, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  const simplex = [...start, 0].map((_, corner) =>
    evaluate(start.map((value, axis) => (axis === corner ? value + search.step : value))),
  );
  let converged = false;
  while (evaluations < search.maxEvaluations) {
    simplex.sort((a, b) => a.value - b.value);
    converged = isSmall(simplex, search);
    if (converged) break;
    improve(simplex, evaluate);
  }
  simplex.sort((a, b) => a.value - b.value);
  const [best = evaluate([...start])] = simplex;
  return { ...best, evaluations, converged };
}

/** One step on a simplex sorted from best to worst: reflect the worst corner, stretch, pull in, or shrink to the best. */
function improve(simplex: Corner[], evaluate: (at: number[]) => Corner): void {
  const last = simplex.length - 1;
  const [best, second, worst] = [simplex[0], simplex[last - 1], simplex[last]];
  if (!best || !second || !worst) return;
  const centre = best.at.map(
    (_, axis) => simplex.slice(0, last).reduce((sum, { at }) => sum + (at[axis] ?? 0), 0) / last,
  );
  const along = (factor: number) => evaluate(between(centre, worst.at, -factor));
  const reflected = along(1);
  if (reflected.value < best.value) {
    const stretched = along(2);
    simplex[last] = stretched.value < reflected.value ? stretched : reflected;
  } else if (reflected.value < second.value) {
    simplex[last] = reflected;
  } else {
    const isOutside = reflected.value < worst.value;
    const pulled = along(isOutside ? 0.5 : -0.5);
    if (pulled.value < Math.min(reflected.value, worst.value)) simplex[last] = pulled;
    else for (let i = 1; i <= last; i++) simplex[i] = evaluate(between(best.at, simplex[i]?.at ?? best.at, 0.5));
  }
}

/** The point that lies the given part of the way from one to the other. */
function between(from: readonly number[], to: readonly number[], part: number): number[] {
  return from.map((value, axis) => value + part * ((to[axis] ?? value) - value));
}

function isSmall(simplex: readonly Corner[], search: Search): boolean {
  const [best, worst] = [simplex[0], simplex.at(-1)];
  if (!best || !worst || !(worst.value - best.value <= search.valueTolerance)) return false;
  return simplex.every(({ at }) =>
    at.every((value, axis) => Math.abs(value - (best.at[axis] ?? value)) <= search.tolerance),
  );
}
