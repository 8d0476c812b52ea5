import * as z from 'zod';

/** Names of the tables, as functions that keep customers find them in their environment. */
export const tableEnvironment = z.object({
  ORDERS_TABLE: z.string().min(1),
  CUSTOMERS_TABLE: z.string().min(1),
  IDENTITIES_TABLE: z.string().min(1),
  MIGRATIONS_TABLE: z.string().min(1),
  WORKSPACE_TABLE: z.string().min(1),
});

export type TableEnvironment = z.infer<typeof tableEnvironment>;
