import * as z from 'zod';
import { tableEnvironment } from '../../shared/contracts/table-environment.ts';
import { touchQueueEnvironment, touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What work-run needs to know; the CDK app types its environment from this. */
export const envSchema = tableEnvironment.extend({
  ...touchTableEnvironment.shape,
  ...touchQueueEnvironment.shape,
  WORK_QUEUE_URL: z.string().min(1),
  FACTS_BUCKET: z.string().min(1),
  TRANSFERS_BUCKET: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
});
