import * as z from 'zod';
import { touchTableEnvironment } from '../../shared/contracts/touch-environment.ts';

/** What touch-send needs to know; the CDK app types its environment from this. */
export const envSchema = touchTableEnvironment.extend({
  CUSTOMERS_TABLE: z.string().min(1),
  ORDERS_TABLE: z.string().min(1),
  WORKSPACE_TABLE: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  /** Where the night leaves what is bought together. */
  FACTS_BUCKET: z.string().min(1),
  WORK_QUEUE_URL: z.string().min(1),
  ROOT_SECRET_ID: z.string().min(1),
  /** Who mail is from, unless the settings say otherwise. */
  MAIL_FROM: z.string().min(1),
  CONFIGURATION_SET: z.string().min(1),
  /** Where links in messages lead: the address of the HTTP API, without a slash at its end. */
  PUBLIC_URL: z.url(),
  /** Most copies of this function on each queue: they share the provider's rate. */
  SENDERS: z.coerce.number().int().min(1),
  /** `true` where webhooks may go to plain http: on one machine. */
  PLAIN_HTTP_WEBHOOKS: z.enum(['true', 'false']),
  /** Named in the policy alone: the right to publish text messages to phones. */
  SMS_REGION: z.string().min(1),
});
