import * as z from 'zod';
import { type Day, dayOf, type Instant } from '../calendar.ts';
import { BuyingSample } from '../predictions/buying-sample.ts';
import type { BuyingHistory } from '../predictions/frequency.ts';
import { fitModel, predictionModelSchema } from '../predictions/model.ts';
import type { Settings } from '../settings/settings.ts';
import { pyramidLimitsOf, pyramidLimitsSchema } from './pyramid.ts';
import { populationOf, RfmSample, rfmPopulationSchema } from './rfm-population.ts';
import type { RfmValues } from './rfm-values.ts';

/** What follows from the base as a whole, frozen by each night's census and applied on read (DOMAIN 4 and 5). */
export const nightlyLimitsSchema = z
  .strictObject({
    /** The census it comes from. */
    run: z.string().min(1),
    asOf: z.int(),
    /** Absent when nobody bought in the window. */
    rfmPopulation: rfmPopulationSchema.exactOptional(),
    pyramid: pyramidLimitsSchema,
    predictions: predictionModelSchema,
  })
  .readonly();
export type NightlyLimits = z.output<typeof nightlyLimitsSchema>;

/** What one customer brings to the limits. */
export interface CustomerMeasures {
  /** Null for who bought nothing in the window. */
  readonly rfm: RfmValues | null;
  /** Null for who has never bought. */
  readonly history: BuyingHistory | null;
  /** Amount of the last 365 days, in minor units of the base currency. */
  readonly yearAmount: number;
}

/** Everybody's measures, in any order: the limits are the same. */
export class BaseSample {
  readonly #rfm = new RfmSample();
  readonly #buying = new BuyingSample();
  readonly #yearAmounts: number[] = [];

  add({ rfm, history, yearAmount }: CustomerMeasures): void {
    if (rfm) this.#rfm.add(rfm);
    if (!history) return;
    this.#buying.add(history);
    this.#yearAmounts.push(yearAmount);
  }

  /** Fitting the predictions takes seconds for a million customers. */
  limits(run: string, asOf: Instant, settings: Settings): NightlyLimits {
    const { rfm, timezone, baseCurrency: currency } = settings;
    const day: Day = dayOf(asOf, timezone);
    const population = populationOf(this.#rfm, { version: run, asOf: day, windowDays: rfm.windowDays, currency });
    return {
      run,
      asOf,
      ...(population && { rfmPopulation: population }),
      pyramid: pyramidLimitsOf(Float64Array.from(this.#yearAmounts)),
      predictions: fitModel(this.#buying, { asOf: day, currency }),
    };
  }
}
