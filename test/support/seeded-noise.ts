import { seededRandom } from '../../infra/local/seeded-random.ts';

/** Bytes that nothing packs, the same for the same seed. */
export function seededNoise(length: number, seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}
