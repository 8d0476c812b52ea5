import { expect, test } from 'vitest';
import { predictionsView, stageLimitsView } from '../../../functions/crm-api/views/predictions.ts';
import { seededRandom } from '../../../infra/local/seeded-random.ts';
import { predictionsSchema, stageLimitsSchema } from '../../../shared/contracts/http/predictions.ts';
import { type CustomerFile, emptyFile } from '../../../shared/domain/customers/customer-file.ts';
import { BuyingSample } from '../../../shared/domain/predictions/buying-sample.ts';
import { fitModel } from '../../../shared/domain/predictions/model.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { proposeStageLimits } from '../../../shared/usecases/life-cycle/propose-stage-limits.ts';
import { simulatedBuyer } from '../../support/simulated-buyers.ts';

const today = 20780;
const now = today * 86_400_000;

test('before the first census there is nothing, and it says so', () => {
  const view = predictionsSchema.parse(predictionsView(undefined));
  expect(view).toMatchObject({ asOf: null, averages: null, buying: { why: 'No night has been run yet.' } });
});

test('too few customers: the verdict with what it takes, beside the averages', () => {
  const model = fitModel(new BuyingSample(), { asOf: today, currency: 'CNY' });
  const view = predictionsSchema.parse(predictionsView(model));
  expect(view.buying).toEqual({
    verdict: 'not_enough_data',
    why: 'There are 0 customers with a purchase; it takes 100.',
  });
  expect(view.averages).toMatchObject({ customers: 0, amount: null });
});

test('a fitted model shows its parameters, and money as money', () => {
  const chance = seededRandom(7);
  const sample = new BuyingSample();
  const buying = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
  for (let one = 0; one < 2000; one++) sample.add(simulatedBuyer(chance, 40, buying, { p: 6.25, q: 3.74, v: 1544 }));
  const view = predictionsSchema.parse(predictionsView(fitModel(sample, { asOf: today, currency: 'CNY' })));
  expect(view.buying.verdict).toBe('fitted');
  expect(view.spending).toMatchObject({ verdict: 'fitted', mean: { currency: 'CNY' } });
  expect(view.averages?.customers).toBe(2000);
});

const buyerOn = (id: string, days: readonly number[]): CustomerFile => ({
  ...emptyFile(id),
  orders: new Map(
    days.map((day, index) => [
      `north#${id}-${index}`,
      {
        statedAt: day * 86_400_000,
        purchase: { paidAt: day * 86_400_000, day, amount: 1, currency: 'CNY', items: 1, lines: [], coupons: [] },
      },
    ]),
  ),
});

const proposalFor = async (files: readonly CustomerFile[]) =>
  stageLimitsSchema.parse(
    stageLimitsView(
      now,
      await proposeStageLimits(now, {
        settings: { settings: async () => defaultSettings },
        store: {
          scanFiles: async (segment) => ({
            items:
              segment > 0
                ? []
                : files.map((file) => ({ id: file.id, item: { value: { type: 'file', file }, version: 1 } })),
          }),
        },
      }),
    ),
  );

test('limits follow from the intervals, with the customers who would move', async () => {
  // Everybody buys every 10 days; the last of them 15 days ago: active by the limits in force, lost by their own cycle.
  const everyTenDays = [45, 35, 25, 15].map((ago) => today - ago);
  const files = Array.from({ length: 20 }, (_, index) => buyerOn(`c${index}`, everyTenDays));
  expect(await proposalFor(files)).toMatchObject({
    inForce: { l1: 90, l2: 180, l3: 360 },
    proposed: { verdict: 'proposed', intervals: 60, p50: 10, p90: 10, limits: { l1: 10, l2: 11, l3: 12 } },
    customers: 20,
    moved: 20,
    moves: [{ from: 'new_repeat', to: 'lost', customers: 20 }],
  });
});

test('too few repurchases: no limits, and nobody moves', async () => {
  const view = await proposalFor([buyerOn('c1', [today - 20, today - 10])]);
  expect(view.proposed).toEqual({
    verdict: 'not_enough_data',
    why: '1 repurchases have been seen; it takes 50 to tell how long customers take.',
  });
  expect(view).toMatchObject({ customers: null, moves: [] });
});
