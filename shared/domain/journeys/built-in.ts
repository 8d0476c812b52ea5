import { type Journey, type JourneyInput, journeySchema } from './definition.ts';

/** What every workspace starts with, in the very format of journeys; `rules` in the settings switches them off. */
const definitions: readonly JourneyInput[] = [
  {
    id: 'order-confirmation',
    version: 1,
    name: 'Order confirmation',
    trigger: { on: 'order.paid' },
    steps: [
      {
        send: {
          id: 'confirm',
          class: 'transactional',
          purpose: 'order',
          channels: ['email', 'sms'],
          template: 'order-confirmation',
          expiresAfterHours: 24,
        },
      },
    ],
  },
  {
    id: 'turned-silent',
    version: 1,
    name: 'Has turned silent',
    trigger: { on: 'stage.entered', stage: 'silent' },
    steps: [
      {
        send: {
          id: 'greet',
          class: 'care',
          channels: ['email', 'sms'],
          template: 'turned-silent',
          expiresAfterHours: 72,
        },
      },
    ],
  },
];

export const builtInJourneys: readonly Journey[] = definitions.map((definition) => journeySchema.parse(definition));
export const builtInJourneyIds = ['order-confirmation', 'turned-silent'] as const;
