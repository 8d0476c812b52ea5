import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CampaignDefinition, undecidedVariant } from '../../../shared/domain/campaigns/campaign.ts';
import { drawOf } from '../../../shared/domain/campaigns/draw.ts';
import { fractionOf } from '../../../shared/domain/effect/hold-out.ts';
import { someOf } from '../../config/runs.ts';

const parts = [{ channel: 'email' as const, templateId: 'news' }];
const variants = (test?: number): NonNullable<CampaignDefinition['variants']> => ({
  of: [
    { id: 'a', share: 0.5, channels: parts },
    { id: 'b', share: 0.3, channels: parts },
    { id: 'c', share: 0.2, channels: parts },
  ],
  ...(test !== undefined && { test: { share: test, metric: 'opened', waitHours: 4 } }),
});

const customers = (seed: number, count: number) =>
  Array.from({ length: count }, (_, n) => `c_${seed.toString(36)}_${n}`);

/** Widest deviation of a share that chance makes once in a hundred thousand times. */
const tolerance = (share: number, count: number) => 4.4 * Math.sqrt((share * (1 - share)) / count) + 1 / count;

describe('the draw of a customer', () => {
  it('is the same whenever it is asked for, and depends on nothing but who, which campaign and which round', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.nat(50),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (who, id, round, holdout) => {
          const definition = { holdout, variants: variants(0.2) };
          expect(drawOf(who, id, round, definition)).toEqual(drawOf(who, id, round, structuredClone(definition)));
        },
      ),
    );
  });

  it('holds out, tests and splits in the shares that were asked for', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom(0, 0.05, 0.1, 0.5),
        fc.constantFrom(undefined, 0.1, 0.4),
        (seed, holdout, test) => {
          const all = customers(seed, 4000).map((who) =>
            drawOf(who, 'spring', 1, { holdout, variants: variants(test) }),
          );
          const messages = all.filter((draw) => draw.type === 'message');
          const shareOf = (count: number, of: number) => count / of;
          expect(Math.abs(shareOf(all.length - messages.length, all.length) - holdout)).toBeLessThan(
            tolerance(holdout, 4000),
          );
          const tested = messages.filter(({ variant }) => variant !== undecidedVariant);
          expect(Math.abs(shareOf(tested.length, messages.length) - (test ?? 1))).toBeLessThan(
            tolerance(test ?? 1, messages.length),
          );
          for (const { id, share } of variants().of) {
            const some = tested.filter(({ variant }) => variant === id).length;
            expect(Math.abs(shareOf(some, tested.length) - share)).toBeLessThan(tolerance(share, tested.length));
          }
        },
      ),
      { numRuns: someOf(30) },
    );
  });

  it('says nothing about the draw of another round, campaign, or about the variant', () => {
    const all = customers(1, 8000);
    const held = (id: string, round: number) =>
      new Set(all.filter((who) => drawOf(who, id, round, { holdout: 0.5 }).type === 'heldout'));
    const first = held('spring', 1);
    for (const other of [held('spring', 2), held('spring', 3), held('spring', 11), held('springs', 1)]) {
      const both = [...first].filter((who) => other.has(who)).length;
      expect(Math.abs(both / all.length - 0.25)).toBeLessThan(tolerance(0.25, all.length));
    }
    const half = [
      { id: 'a', share: 0.5, channels: parts },
      { id: 'b', share: 0.5, channels: parts },
    ];
    const asA = all.filter((who) => {
      const draw = drawOf(who, 'spring', 1, { holdout: 0, variants: { of: half } });
      return draw.type === 'message' && draw.variant === 'a';
    });
    const heldAndA = asA.filter((who) => first.has(who)).length;
    expect(Math.abs(heldAndA / asA.length - 0.5)).toBeLessThan(tolerance(0.5, asA.length));
  });

  it('is uniform: chi-square over 64 cells stays below what chance reaches once in 10,000 times', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const cells = new Array<number>(64).fill(0);
        for (const who of customers(seed, 6400)) {
          const cell = Math.floor(fractionOf(who) * 64);
          cells[cell] = (cells[cell] ?? 0) + 1;
        }
        const chiSquare = cells.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
        // 63 degrees of freedom.
        expect(chiSquare).toBeLessThan(113);
      }),
      { numRuns: someOf(30) },
    );
  });
});
