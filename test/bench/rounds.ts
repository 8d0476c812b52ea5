/** Middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Runs two things in turn, so that what else the machine does falls on both. The first round of each only warms up. */
export async function interleaved(
  rounds: number,
  one: () => Promise<number>,
  other: () => Promise<number>,
): Promise<{ readonly one: number[]; readonly other: number[] }> {
  const taken = { one: [] as number[], other: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const isOneFirst = round % 2 === 0;
    const first = await (isOneFirst ? one() : other());
    const second = await (isOneFirst ? other() : one());
    if (round === 0) continue;
    taken.one.push(isOneFirst ? first : second);
    taken.other.push(isOneFirst ? second : first);
  }
  return taken;
}

/** Works a list off with so many at a time, in their order of begin. */
export async function inLanes<T>(lanes: number, list: Iterable<T>, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = Iterator.from(list);
  const lane = async () => {
    for (const one of waiting) await work(one);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
