import * as z from 'zod';

/** Queues of those who send, one a channel, as functions that call for touches find them in their environment. */
export const touchQueueEnvironment = z.object({
  TOUCH_EMAIL_QUEUE_URL: z.string().min(1),
  TOUCH_SMS_QUEUE_URL: z.string().min(1),
  TOUCH_WEBHOOK_QUEUE_URL: z.string().min(1),
});

export type TouchQueueEnvironment = z.infer<typeof touchQueueEnvironment>;

/** Names of the tables that functions which plan or send messages need beside those of customers. */
export const touchTableEnvironment = z.object({
  CONTACTS_TABLE: z.string().min(1),
  TOUCHES_TABLE: z.string().min(1),
});

export type TouchTableEnvironment = z.infer<typeof touchTableEnvironment>;
