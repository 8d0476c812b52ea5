import { nelderMead } from './nelder-mead.ts';

/** Positive parameters under which the data are likeliest. */
export interface Likeliest {
  readonly parameters: readonly number[];
  readonly logLikelihood: number;
  /** False when the search had to be broken off. */
  readonly converged: boolean;
}

/** No parameter may leave this range while a search looks around; one that ends at its edge has no limit in the data. */
const range = { least: 1e-4, most: 1e4 } as const;
/** In natural logarithms of the parameters; values are log-likelihood per customer. */
const coarse = { step: 0.5, tolerance: 1e-4, valueTolerance: 1e-10, maxEvaluations: 2000 } as const;
const fine = { step: 0.05, tolerance: 1e-5, valueTolerance: 1e-11, maxEvaluations: 2000 } as const;

/**
 * Maximum likelihood by Nelder-Mead on the logarithms of the parameters, begun afresh once where it first ended: a
 * simplex that has gone flat stops too early.
 * @param customers to whom the log-likelihood belongs, at least one
 * @param roughly nearly the same as `logLikelihood` and cheaper: with it the search first finds out where to look
 */
export function likeliest(
  logLikelihood: (parameters: readonly number[]) => number,
  customers: number,
  start: readonly number[],
  roughly = logLikelihood,
): Likeliest {
  const lossBy = (likelihood: typeof logLikelihood) => (logs: readonly number[]) => {
    const parameters = logs.map(Math.exp);
    return parameters.every(isInRange) ? -likelihood(parameters) / customers : Number.POSITIVE_INFINITY;
  };
  const near = nelderMead(lossBy(roughly), start.map(Math.log), coarse);
  const { at, value, converged } = nelderMead(lossBy(logLikelihood), near.at, fine);
  return { parameters: at.map(Math.exp), logLikelihood: -value * customers, converged };
}

/** Well inside of where a search may look. */
export function isWithinRange(parameter: number): boolean {
  return parameter > range.least * 2 && parameter < range.most / 2;
}

function isInRange(parameter: number): boolean {
  return parameter >= range.least && parameter <= range.most;
}
