import * as z from 'zod';
import { tableEnvironment } from '../../shared/contracts/table-environment.ts';
import { touchQueueEnvironment, touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What marketing-api needs to know; the CDK app types its environment from this. */
export const envSchema = tableEnvironment.extend({
  ...touchTableEnvironment.shape,
  ...touchQueueEnvironment.shape,
  LEDGER_TABLE: z.string().min(1),
  /** Where the night leaves what is bought together. */
  FACTS_BUCKET: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
  PUBLIC_URL: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
  /** SHA-256 (hex) of the first admin key; a stack parameter, so that no key is ever in a template. */
  ADMIN_KEY_HASH: z.string().regex(/^[0-9a-f]{64}$/),
});
