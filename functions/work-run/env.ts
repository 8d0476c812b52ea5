import * as z from 'zod';

/** What work-run needs to know; the CDK app types its environment from this. */
export const envSchema = z.object({
  ORDERS_TABLE: z.string().min(1),
  CUSTOMERS_TABLE: z.string().min(1),
  IDENTITIES_TABLE: z.string().min(1),
  MIGRATIONS_TABLE: z.string().min(1),
  WORKSPACE_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
});
