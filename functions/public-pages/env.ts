import * as z from 'zod';
import { tableEnvironment } from '../../shared/contracts/table-environment.ts';
import { touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What public-pages needs to know; the CDK app types its environment from this. */
export const envSchema = tableEnvironment.extend({
  ...touchTableEnvironment.shape,
  LEDGER_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
});
