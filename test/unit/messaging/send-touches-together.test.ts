import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../infra/local/seeded-random.ts';
import { sendTouches } from '../../../shared/usecases/messages/send-touches.ts';
import { someOf } from '../../config/runs.ts';
import { aFile, interleaved, messaging, noon } from '../../support/touches.ts';
import { bestFirst, contradictionsIn, worseFirst } from '../../support/touches-contradictions.ts';
import { makeTouches, type Simulation, simulate } from '../../support/touches-simulation.ts';

describe('several senders at the same customers: nobody gets a message twice or too many, and every plan adds up', () => {
  const calm: Omit<Simulation, 'seed'> = { customers: 12, senders: 4, touches: 6, trouble: 0, deaths: 0, merges: 0 };
  test.each<[string, number, Partial<Simulation>]>([
    ['two of them', 4, { senders: 2 }],
    ['four of them', 4, {}],
    ['and providers that refuse or fall silent', 8, { trouble: 40 }],
    ['and senders that die', 8, { deaths: 20 }],
    ['and customers that turn out to be one', 12, { merges: 100 }],
    ['and all of it', 16, { trouble: 40, deaths: 20, merges: 50 }],
  ])('%s', async (_what, runs, changes) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const outcome = await simulate({ ...calm, ...changes, seed });
        expect(contradictionsIn(outcome)).toEqual([]);
        if (Object.keys(changes).every((one) => one === 'senders')) expect(worseFirst(outcome)).toEqual([]);
        expect(outcome.received.length).toBeGreaterThan(5);
      }),
      { numRuns: someOf(runs) },
    );
  });
});

test('the best goes first, over whichever channel, however the senders meet', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = seededRandom(seed);
      const { deps, touches, handed, plan, putFile } = messaging({ random });
      await putFile(aFile({ email: 'ann@example.com', phone: '+8613800138000' }));
      const all = makeTouches(['c1'], { touches: 9 }, random);
      const due = all.filter(({ dueAt = 0 }) => dueAt <= noon);
      await plan(...all);
      const channels = random() < 0.5 ? (['email', 'sms', 'email'] as const) : (['sms', 'email'] as const);
      await Promise.all(
        channels.map((channel) =>
          sendTouches({ customer: 'c1', channel }, () => 30_000, { ...deps, touches: interleaved(touches, random) }),
        ),
      );
      expect(handed.map(({ message }) => message.touch.id).sort()).toEqual(bestFirst(due).sort());
    }),
    { numRuns: someOf(150) },
  );
});
