import * as z from 'zod';

/** What change-relay needs to know; the CDK app types its environment from this. */
export const envSchema = z.object({ WORK_QUEUE_URL: z.string().min(1) });
