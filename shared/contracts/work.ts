import * as z from 'zod';
import { channels } from '../domain/messages/message-class.ts';

/** What work is cut up for. */
export const runTypes = ['night', 'recompute', 'relink'] as const;
export type RunType = (typeof runTypes)[number];

const part = z.object({
  /** The run this part belongs to; its record counts the parts done. */
  run: z.string().min(1),
  asOf: z.int(),
  /** Where an earlier part ran short of time. */
  after: z.string().optional(),
});

/** Everything the work queue carries. One typed union, so that one function and one queue serve all. */
export const workSchema = z.discriminatedUnion('type', [
  /** The customers of one shard whose stage changes by `asOf`. */
  part.extend({ type: z.literal('night.due'), shard: z.int().min(0) }),
  /** Everybody in one segment of the table: an asOf in the past, or settings that changed. */
  part.extend({
    type: z.literal('recompute.all'),
    segment: z.int().min(0),
    segments: z.int().min(1),
    cause: z.enum(['time', 'config']),
  }),
  /** Every identity and order of one segment looked at again: the limit at which an identity stops linking has changed. */
  part.extend({
    type: z.literal('identities.relink'),
    scan: z.enum(['identities', 'orders']),
    segment: z.int().min(0),
    segments: z.int().min(1),
  }),
  /** Parked events of one reason, tried again: an exchange rate was set. */
  z.object({ type: z.literal('parked.replay'), reason: z.string().min(1), after: z.string().optional() }),
  /** Orders written a moment ago, by key: rules look at what they are now. */
  z.object({ type: z.literal('orders.changed'), orders: z.array(z.string().min(1)).min(1).max(100) }),
  /** The same of customers' files. */
  z.object({ type: z.literal('customers.changed'), customers: z.array(z.string().min(1)).min(1).max(100) }),
  /** Touches of one shard due in (`from`, `until`]: the rest of a minute's sweep that found many. */
  z.object({
    type: z.literal('touches.due'),
    shard: z.int().min(0),
    from: z.int().exactOptional(),
    until: z.int(),
    after: z.string(),
  }),
]);

export type Work = z.infer<typeof workSchema>;

/** What the touch queues carry: whose touches on which channel to look at. Everything else is read when sending. */
export const touchCallSchema = z.object({ customer: z.string().min(1), channel: z.enum(channels) });
export type TouchCall = z.infer<typeof touchCallSchema>;
