import * as z from 'zod';
import { tableEnvironment } from '../../shared/contracts/table-environment.ts';

/** What order-record needs to know; the CDK app types its environment from this. */
export const envSchema = tableEnvironment.extend({
  ROOT_SECRET_ID: z.string().min(1),
});
