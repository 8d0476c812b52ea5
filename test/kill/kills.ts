import type { Fault, FaultRequest } from '../../infra/local/faults.ts';

/** The functions between an order and its message; each is killed at every step it takes. */
const killedFunctions = ['change-relay', 'work-run', 'touch-send', 'touch-feedback', 'minute-sweep'] as const;
export type KilledFunction = (typeof killedFunctions)[number];

/** A fault that was on, and how often it hit. */
export type FaultWithHits = Fault & { readonly hits: number };

const kinds = ['lambda.killBefore', 'lambda.killAfter'] as const;

/** The calls around which a message is lost or doubled, if anywhere: the claim, the handing over, the writing down. */
const turningPoints = ['TransactWriteItems', 'SendRawEmail', 'Publish', 'PutItem'] as const;

/** At which of its service calls a function was killed, and how often. */
export interface KillCount {
  readonly function: KilledFunction;
  readonly kills: number;
  /** Steps before which, and after which, it was killed at least once. */
  readonly before: number;
  readonly after: number;
}

/** How often the sender was killed right before and right after a call that matters most. */
export interface TurningPointCount {
  readonly operation: string;
  readonly before: number;
  readonly after: number;
}

/**
 * Kills in turn: each function at its first call, at its second, and so on. How many calls one makes shows itself: where
 * none of the armed steps is reached in two rounds, it begins again at the first. Besides, the sender dies in every round
 * at one of its turning points, whichever step that is.
 */
export class Kills {
  readonly #atOnce: number;
  readonly #next = new Map<KilledFunction, number>();
  readonly #missed = new Map<KilledFunction, number>();
  readonly #hits = new Map<string, number>();
  #round = 0;

  /** @param atOnce steps of each function that are armed together */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** What to switch on for the next round. */
  arm(): FaultRequest[] {
    const steps = killedFunctions.flatMap((name): FaultRequest[] => {
      const first = this.#next.get(name) ?? 1;
      const armed = Array.from({ length: this.#atOnce }, (_, index) => first + index);
      return armed.flatMap((nth) => kinds.map((kind) => ({ name: kind, function: name, nth, count: 1 })));
    });
    const round = this.#round++;
    const operation = turningPoints[round % turningPoints.length] ?? 'Publish';
    const kind = kinds[Math.floor(round / turningPoints.length + 1) % kinds.length] ?? 'lambda.killAfter';
    return [...steps, { name: kind, function: 'touch-send', operation, count: 1 }];
  }

  /** Takes down what became of them, and moves on. */
  note(faults: readonly FaultWithHits[]): void {
    for (const name of killedFunctions) {
      const own = faults.filter((fault) => fault.function === name && fault.name.startsWith('lambda.kill'));
      for (const { name: kind, nth, operation, hits } of own) this.#count(`${name} ${kind} ${nth ?? operation}`, hits);
      this.#moveOn(
        name,
        own.some(({ nth, hits }) => nth !== undefined && hits > 0),
      );
    }
  }

  #count(what: string, hits: number): void {
    if (hits > 0) this.#hits.set(what, (this.#hits.get(what) ?? 0) + hits);
  }

  #moveOn(name: KilledFunction, reached: boolean): void {
    const missed = reached ? 0 : (this.#missed.get(name) ?? 0) + 1;
    const first = this.#next.get(name) ?? 1;
    this.#missed.set(name, missed % 2);
    if (reached) this.#next.set(name, first + this.#atOnce);
    else if (missed === 2) this.#next.set(name, 1);
  }

  counts(): KillCount[] {
    return killedFunctions.map((name) => {
      const steps = (kind: string) => [...this.#hits].filter(([what]) => what.startsWith(`${name} ${kind} `));
      const [before, after] = kinds.map(steps) as [[string, number][], [string, number][]];
      return {
        function: name,
        kills: [...before, ...after].reduce((sum, [, hits]) => sum + hits, 0),
        before: before.filter(isStep).length,
        after: after.filter(isStep).length,
      };
    });
  }

  turningPoints(): TurningPointCount[] {
    const hits = (kind: string, operation: string) => this.#hits.get(`touch-send ${kind} ${operation}`) ?? 0;
    return turningPoints.map((operation) => ({
      operation,
      before: hits('lambda.killBefore', operation),
      after: hits('lambda.killAfter', operation),
    }));
  }
}

function isStep([what]: readonly [string, number]): boolean {
  return /\d$/.test(what);
}
