import * as z from 'zod';
import { tableEnvironment } from '../../shared/contracts/table-environment.ts';
import { touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What order-record needs to know; the CDK app types its environment from this. */
export const envSchema = tableEnvironment.extend({
  CONTACTS_TABLE: touchTableEnvironment.shape.CONTACTS_TABLE,
  /** Where erasures that a shop passed on are done, and journeys hear of what customers did. */
  WORK_QUEUE_URL: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
});
