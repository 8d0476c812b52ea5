import * as z from 'zod';
import { tableEnvironment } from '../../shared/contracts/table-environment.ts';
import { touchQueueEnvironment, touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What work-run needs to know; the CDK app types its environment from this. */
export const envSchema = tableEnvironment.extend({
  ...touchTableEnvironment.shape,
  ...touchQueueEnvironment.shape,
  LEDGER_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
  /** Where links in messages lead: how long a text message is depends on it. */
  PUBLIC_URL: z.string().min(1),
  EVENT_BUS: z.string().min(1),
  /** `true` where webhooks may go to plain http: on one machine. */
  PLAIN_HTTP_WEBHOOKS: z.enum(['true', 'false']),
  FACTS_BUCKET: z.string().min(1),
  TRANSFERS_BUCKET: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
});
