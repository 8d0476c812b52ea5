import * as z from 'zod';

/** How cases and questionnaires are handled. The API and the storage derive from these schemas. */

const hours = z.number().min(0.5).max(8760);

export const caseSettingsSchema = z.strictObject({
  dueHours: z
    .strictObject({ 1: hours, 2: hours, 3: hours })
    .meta({ description: 'Hours until a case is due, by its severity: 1 low, 2 usual, 3 high' }),
  alertRate: z.number().min(0).max(1).meta({
    description: 'A product alerts where more than this share of its orders of 30 days has a case or a refund',
  }),
  alertOrders: z.int().min(1).max(100_000).meta({ description: 'But only with so many orders in those 30 days' }),
});
export type CaseSettings = z.output<typeof caseSettingsSchema>;

export const questionnaireSchema = z.strictObject({
  points: z.int().min(1).max(1_000_000).exactOptional().meta({ description: 'Given for the first answer' }),
  coupon: z.string().min(1).max(60).exactOptional().meta({ description: 'Id of a coupon given for the first answer' }),
});
export type QuestionnaireSettings = z.output<typeof questionnaireSchema>;

/** What is left out stays; null takes a gift away. */
export const casePatchSchema = z.strictObject({
  cases: z
    .strictObject({
      dueHours: caseSettingsSchema.shape.dueHours.partial(),
      alertRate: caseSettingsSchema.shape.alertRate,
      alertOrders: caseSettingsSchema.shape.alertOrders,
    })
    .partial()
    .optional()
    .meta({ description: 'When cases are due, and when a product alerts' }),
  questionnaire: z
    .strictObject({
      points: questionnaireSchema.shape.points.unwrap().nullable(),
      coupon: questionnaireSchema.shape.coupon.unwrap().nullable(),
    })
    .partial()
    .optional()
    .meta({ description: 'What customers get for an answer; null: nothing' }),
});
export type CasePatch = z.output<typeof casePatchSchema>;

export interface ServiceSettings {
  readonly cases: CaseSettings;
  readonly questionnaire: QuestionnaireSettings;
}

export const defaultServiceSettings: ServiceSettings = {
  cases: { dueHours: { 1: 72, 2: 24, 3: 4 }, alertRate: 0.1, alertOrders: 20 },
  questionnaire: {},
};
