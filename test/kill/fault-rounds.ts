import type { FaultRequest } from '../../infra/local/faults.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import type { Books } from '../support/touch-accounts.ts';
import type { WholeStack } from '../support/whole-stack.ts';
import { type FaultWithHits, type KillCount, Kills, type TurningPointCount } from './kills.ts';
import { silences, troublesOf } from './troubles.ts';

export interface FaultOptions {
  /** Steps of each function at which it is killed in one round. */
  readonly stepsAtOnce: number;
  /** Rounds in which providers never answer: ten seconds each. */
  readonly silences: number;
  readonly seed: number;
}

/** What was done to the product, to be told at the end. */
export interface FaultCounts {
  readonly kills: readonly KillCount[];
  readonly turningPoints: readonly TurningPointCount[];
  /** How often each other fault hit. */
  readonly troubles: ReadonlyMap<string, number>;
}

/** Round after round functions are killed and services fail, each round in its own way. */
export class FaultRounds {
  readonly #whole: WholeStack;
  readonly #options: FaultOptions;
  readonly #random: () => number;
  readonly #kills: Kills;
  readonly #troubles = new Map<string, number>();
  #rounds = 0;

  constructor(whole: WholeStack, options: FaultOptions, random: () => number) {
    this.#whole = whole;
    this.#options = options;
    this.#random = random;
    this.#kills = new Kills(options.stepsAtOnce);
  }

  /** Does something while functions are killed and services fail, and waits until all of it has come to rest. */
  async under(work: () => Promise<void>): Promise<void> {
    const { stack } = this.#whole;
    const round = this.#rounds++;
    const isSilent = round % 3 === 1 && Math.floor(round / 3) < this.#options.silences;
    const faults: FaultRequest[] = [
      ...this.#kills.arm(),
      ...troublesOf(round, this.#options.seed, this.#random),
      ...(isSilent ? silences : []),
    ];
    for (const fault of faults) stack.setFault(fault);
    try {
      await work();
      await stack.idle();
    } finally {
      const { active } = await this.#whole.call('GET', '/_local/faults');
      stack.clearFaults();
      this.#note(active);
    }
  }

  counts(): FaultCounts {
    return { kills: this.#kills.counts(), turningPoints: this.#kills.turningPoints(), troubles: this.#troubles };
  }

  /** How often one fault has hit so far. */
  hits(name: string): number {
    return this.#troubles.get(name) ?? 0;
  }

  #note(faults: readonly FaultWithHits[]): void {
    this.#kills.note(faults);
    for (const { name, hits } of faults) {
      if (name.startsWith('lambda.kill') || hits === 0) continue;
      this.#troubles.set(name, this.hits(name) + hits);
    }
  }
}

/** Calls are hints, which the sweep of the hour repeats; a sweep that failed is made up for by the next. */
const harmless = /-(touches|minute-sweep)-dead$/;

/** What nobody took, of which something is lost. */
export async function lossesIn({ stack }: WholeStack): Promise<string[]> {
  const dead = (await stack.deadLetters()).filter(({ queue }) => !harmless.test(queue));
  return dead.map(({ queue, body }) => `a dead letter in ${queue}: ${body.slice(0, 300)}`);
}

/** How many messages went out over each channel. */
export function sentByChannel({ messages }: Books): Readonly<Record<Channel, number>> {
  const over = (channel: Channel) => messages.filter((message) => message.channel === channel).length;
  return { email: over('email'), sms: over('sms'), webhook: over('webhook') };
}
