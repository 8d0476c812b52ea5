/** One line of the results. Without a target it is for information. */
export interface Figure {
  readonly what: string;
  readonly target?: string;
  readonly result: string;
  readonly passed?: boolean;
}

export interface Measure {
  /** As given to `npm run bench -- <name>`. */
  readonly name: string;
  /** One line: what is run, against what, and how it is counted. */
  readonly how: string;
  /** Left out of a run of everything: it takes minutes by itself. */
  readonly onlyByName?: boolean;
  run(say: Say): Promise<readonly Figure[]>;
}

/** Tells how far a measure has come. */
export type Say = (line: string) => void;

/** A figure that must reach its target from below. */
export function atMost(what: string, value: number, limit: number, unit = '', digits = 2): Figure {
  return { what, target: `<= ${grouped(limit)}${unit}`, result: shown(value, unit, digits), passed: value <= limit };
}

/** A figure that must reach its target from above. */
export function atLeast(what: string, value: number, limit: number, unit = '', digits = 2): Figure {
  return { what, target: `>= ${grouped(limit)}${unit}`, result: shown(value, unit, digits), passed: value >= limit };
}

export function information(what: string, value: number, unit = '', digits = 2): Figure {
  return { what, result: shown(value, unit, digits) };
}

function shown(value: number, unit: string, digits: number): string {
  return `${grouped(value, digits)}${unit}`;
}

function grouped(value: number, digits = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 });
}
