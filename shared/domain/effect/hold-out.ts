import * as z from 'zod';

/** Share of those who can be reached that gets nothing, so that the effect is measured (DOMAIN 7 and 10). */
export const holdoutShare = z
  .number()
  .min(0)
  .max(0.5)
  .meta({ description: 'Share of those who can be reached that gets nothing, so that the effect is measured' });

/** Whether somebody is in the hold-out of an experiment: a hash of both, so that whoever asks again gets the same answer. */
export function isHeldOut(customer: string, experiment: string, share: number): boolean {
  return fractionOf(`holdout ${experiment} ${customer}`) < share;
}

/** A text as a number in [0, 1): FNV-1a, then the finalizer of MurmurHash3, without which alike texts come out alike. */
export function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
