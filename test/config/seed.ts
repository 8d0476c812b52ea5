import fc from 'fast-check';

/** Property-based tests draw the same cases in every run; `SEED=n` draws others, `RUNS=n` more of them. */
fc.configureGlobal({
  seed: Number(process.env.SEED ?? 20261123),
  // Shrinking a case on the table engine takes minutes: ask for it with SHRINK=1.
  endOnFailure: process.env.SHRINK === undefined,
  ...(process.env.RUNS && { numRuns: Number(process.env.RUNS) }),
});
