import * as z from 'zod';

/** What night-plan needs to know; the CDK app types its environment from this. */
export const envSchema = z.object({
  WORKSPACE_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
});
