import * as z from 'zod';
import { channels } from '../domain/messages/message-class.ts';
import { locales } from '../domain/messages/template.ts';
import { originTypes } from '../domain/touches/touch.ts';
import { eventSchema } from './events.ts';

/** What work is cut up for. */
export const runTypes = ['night', 'recompute', 'relink', 'census'] as const;
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
  /** The customers of one segment written as facts: purchases and lines at once, the customers once all are counted. */
  part.extend({ type: z.literal('census.customers'), segment: z.int().min(0), segments: z.int().min(1) }),
  /** The orders of one segment, likewise. */
  part.extend({ type: z.literal('census.orders'), segment: z.int().min(0), segments: z.int().min(1) }),
  /** The messages of one segment that went out, likewise. */
  part.extend({ type: z.literal('census.touches'), segment: z.int().min(0), segments: z.int().min(1) }),
  /** All parts of a census are done: scores and limits follow from them, and the facts come into force. */
  part.extend({ type: z.literal('census.close'), segments: z.int().min(1) }),
  /** The facts of a census are in force: what is bought together follows from what it noted. */
  z.object({ type: z.literal('recommendations.compute'), run: z.string().min(1), asOf: z.int() }),
  /** Parked events of one reason, tried again: an exchange rate was set. */
  z.object({ type: z.literal('parked.replay'), reason: z.literal('rate_missing'), after: z.string().optional() }),
  /** A customer to be erased, or what is left of one; `parkedAfter` is how far the parked events have been gone through. */
  z.object({
    type: z.literal('customer.erase'),
    customer: z.string().min(1),
    parkedAfter: z.string().exactOptional(),
  }),
  /** A shop passed on that a person is to be forgotten: whoever these keyed hashes lead to, and these orders, by key. */
  z.object({
    type: z.literal('identities.erase'),
    shop: z.string().min(1),
    request: z.string(),
    identities: z.array(z.string()),
    orders: z.array(z.string()),
  }),
  /** Everybody in one segment of the table who is known through this shop alone; then its orders that are nobody's. */
  z.object({
    type: z.literal('shop.erase'),
    shop: z.string().min(1),
    request: z.string(),
    segment: z.int().min(0),
    segments: z.int().min(1),
    orders: z.literal(true).exactOptional(),
    after: z.string().exactOptional(),
  }),
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
  /** Enrolments of one shard that have come due, by key; and campaigns whose moment has come. */
  z.object({
    type: z.literal('enrolments.due'),
    enrolments: z
      .array(z.object({ customer: z.string().min(1), entry: z.string().min(1) }))
      .min(1)
      .max(100),
  }),
  /** A campaign whose moment has come: it launches, decides its test, or launches again. */
  z.object({ type: z.literal('campaign.due'), campaign: z.string().min(1) }),
  /** The audience of one round among the customers of one segment of the table: who is planned, who is held out. */
  z.object({
    type: z.literal('campaign.audience'),
    campaign: z.string().min(1),
    round: z.int().min(1),
    segment: z.int().min(0),
    segments: z.int().min(1),
    after: z.string().exactOptional(),
  }),
  /** A review that a request had no time for: where in each segment of the table it goes on, and what it counted. */
  z.object({
    type: z.literal('campaign.review'),
    campaign: z.string().min(1),
    review: z.string().min(1),
    places: z.array(z.string().nullable()).min(1),
    tally: z.string(),
  }),
  /** What waits of a campaign or a journey, called for again, or given up: it was resumed, or cancelled. */
  z.object({
    type: z.literal('origin.recall'),
    origin: z.enum(originTypes),
    id: z.string().min(1),
    shard: z.int().min(0),
    after: z.string().exactOptional(),
  }),
  /** Everybody in one segment of the table looked at for a journey by date or by segment; `baseline`: only to know who is in it. */
  z.object({
    type: z.literal('journey.audience'),
    journey: z.string().min(1),
    occurrence: z.string().min(1),
    baseline: z.boolean(),
    segment: z.int().min(0),
    segments: z.int().min(1),
    after: z.string().exactOptional(),
  }),
  /** What other systems are told: to all who listen, or to one of them. */
  z.object({
    type: z.literal('event.out'),
    event: eventSchema,
    subscription: z.string().exactOptional(),
    tries: z.int().min(0),
    /** When it is tried again. */
    notBefore: z.int().exactOptional(),
  }),
  /** The next days, run for one segment of the base, from where its record says. */
  z.object({ type: z.literal('rehearsal.part'), job: z.string().min(1), segment: z.int().min(0) }),
  /** A file that was uploaded, to be cut into parts; `from` where an earlier step ran short of time. */
  z.object({
    type: z.literal('import.split'),
    job: z.string().min(1),
    from: z.object({ start: z.int().min(0), row: z.int(), parts: z.int().min(0) }).exactOptional(),
  }),
  /** Bytes [start, end) of such a file, the first row of which is `row`; `part` is where the part began. */
  z.object({
    type: z.literal('import.part'),
    job: z.string().min(1),
    part: z.int().min(0),
    start: z.int().min(0),
    end: z.int().min(0),
    row: z.int(),
  }),
  /** All parts are done: what they rejected becomes one list. */
  z.object({ type: z.literal('import.finish'), job: z.string().min(1) }),
  /** A file to be written; `from` where an earlier step ran short of time. */
  z.object({
    type: z.literal('export.write'),
    job: z.string().min(1),
    from: z
      .object({
        after: z.string(),
        rows: z.int().min(0),
        uploadId: z.string(),
        parts: z.array(z.object({ number: z.int(), etag: z.string() })),
      })
      .exactOptional(),
  }),
]);

export type Work = z.infer<typeof workSchema>;

/** What the touch queues carry: whose touches on which channel to look at. Everything else is read when sending. */
export const touchCallSchema = z.object({ customer: z.string().min(1), channel: z.enum(channels) });
export type TouchCall = z.infer<typeof touchCallSchema>;

/** The touch queues carry these, too: a template to be tried on an address of the merchant's. */
export const testCallSchema = z.object({
  test: z.object({
    template: z.string().min(1),
    channel: z.enum(channels),
    locale: z.enum(locales),
    to: z.string().min(1),
    customer: z.string().min(1).exactOptional(),
    shop: z.string().min(1).exactOptional(),
    vars: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
  }),
});
export type TestCall = z.infer<typeof testCallSchema>;
