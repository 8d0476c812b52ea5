/** Of what a property draws in CI, a fourth in the inner loop: what each change is checked with, over and over. */
const share = process.env.ALL_RUNS === undefined ? 0.25 : 1;

/** Of this many cases those to draw in this run; all of them with `ALL_RUNS=1`, as `npm test` has it. */
export function someOf(all: number): number {
  return Math.ceil(all * share);
}

/** The same for a property whose cases are quick: `RUNS=n` draws so many instead. */
export function runsOf(all: number): number {
  return Number(process.env.RUNS ?? someOf(all));
}

/** Bodies drawn of a platform: in CI as many as it is proved with, in the inner loop a second's worth; `RUNS=n` draws so many instead. */
export function mutatedBodies(inInnerLoop = 250): number {
  return Number(process.env.MUTATED_BODIES ?? process.env.RUNS ?? inInnerLoop);
}
