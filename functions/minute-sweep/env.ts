import * as z from 'zod';
import { touchQueueEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What minute-sweep needs to know; the CDK app types its environment from this. */
export const envSchema = touchQueueEnvironment.extend({
  TOUCHES_TABLE: z.string().min(1),
  WORKSPACE_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
});
