import * as z from 'zod';
import { originTypes } from '../../domain/touches/touch.ts';

/** Who had a message sent. `journey` was there first, and stays for those who read it. */
export const originFields = {
  origin: z
    .strictObject({ type: z.enum(originTypes), id: z.string() })
    .meta({ description: 'Who had it sent: a journey, a campaign, or a request for a single message' }),
  journey: z.string().nullable().meta({ description: 'Id of the journey; null for messages of any other origin' }),
};
