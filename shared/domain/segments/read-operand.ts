import type { Condition } from './rule.ts';

/** The value of a condition in the type its field and op promise. The schema has checked it; this only tells the types. */

export function numberIn({ value }: Condition): number {
  return numberOf(value);
}

export function textIn({ value }: Condition): string {
  return textOf(value);
}

export function flagIn({ value }: Condition): boolean {
  if (typeof value !== 'boolean') throw unchecked();
  return value;
}

export function numbersIn(condition: Condition): number[] {
  return listIn(condition).map(numberOf);
}

export function textsIn(condition: Condition): string[] {
  return listIn(condition).map(textOf);
}

export function listIn({ value }: Condition): readonly unknown[] {
  if (typeof value !== 'object') throw unchecked();
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw unchecked();
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw unchecked();
  return value;
}

function unchecked(): Error {
  return new TypeError('a rule must pass its schema before it is compiled');
}
