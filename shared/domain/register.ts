import { canonicalJson } from './canonical.ts';

/**
 * A last-writer-wins register: the value stated last by its own time. At equal times the content decides (greater
 * canonical JSON), never the arrival, so joining is commutative, associative and idempotent.
 */
export interface Register<T> {
  readonly value: T;
  readonly at: number;
}

export function joinRegisters<T>(a: Register<T> | undefined, b: Register<T> | undefined): Register<T> | undefined {
  if (!a || !b) return a ?? b;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return canonicalJson(a.value) >= canonicalJson(b.value) ? a : b;
}

/** As `joinRegisters`, where both are known to exist. */
export function laterOf<T>(a: Register<T>, b: Register<T>): Register<T> {
  return joinRegisters(a, b) ?? a;
}
