import fc from 'fast-check';

/** Property-based tests draw the same cases in every run; `SEED=n` draws others, `RUNS=n` more of them. */
fc.configureGlobal({
  seed: Number(process.env.SEED ?? 20261123),
  ...(process.env.RUNS && { numRuns: Number(process.env.RUNS) }),
});
