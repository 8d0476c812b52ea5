import * as z from 'zod';
import { touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What touch-feedback needs to know; the CDK app types its environment from this. */
export const envSchema = touchTableEnvironment.extend({
  CUSTOMERS_TABLE: z.string().min(1),
  ORDERS_TABLE: z.string().min(1),
  WORKSPACE_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
});
