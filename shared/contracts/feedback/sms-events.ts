import * as z from 'zod';
import type { Instant } from '../../domain/calendar.ts';
import { meaningOfReply } from '../../domain/messages/sms-replies.ts';
import type { Feedback } from './feedback.ts';

/** A text message that came in: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
const replySchema = z.object({
  originationNumber: z.string().min(1),
  messageBody: z.string(),
  inboundMessageId: z.string().optional(),
});

export function isSmsReply(message: object): boolean {
  return 'originationNumber' in message && 'messageBody' in message;
}

/** @param at when the notification was made: the message itself carries no time */
export function readSmsReply(message: unknown, at: Instant): Feedback {
  const { originationNumber: address, messageBody } = replySchema.parse(message);
  const meaning = meaningOfReply(messageBody);
  if (meaning === 'other') return { type: 'ignored', why: 'an answer that asks for nothing' };
  return { type: 'word', channel: 'sms', address, word: meaning, at };
}

/** SNS's log of one delivery, as CloudWatch Logs passes it on. */
const deliverySchema = z.object({
  notification: z.object({ messageId: z.string().min(1), timestamp: z.string() }),
  delivery: z.object({ destination: z.string(), providerResponse: z.string().default('') }),
  status: z.string(),
});

/** What a log line of SNS says of one text message. */
export function readSmsDelivery(line: unknown): Feedback {
  const parsed = deliverySchema.safeParse(line);
  if (!parsed.success) return { type: 'ignored', why: 'no log of a delivery' };
  const { notification, delivery, status } = parsed.data;
  // "2016-06-28 00:40:34.558", in UTC.
  const at = Date.parse(`${notification.timestamp.replace(' ', 'T')}Z`);
  const optedOut = /opted out/i.test(delivery.providerResponse);
  if (Number.isNaN(at)) return { type: 'ignored', why: 'a log without a time' };
  if (status !== 'SUCCESS' && optedOut) {
    return { type: 'word', channel: 'sms', address: delivery.destination, word: 'stop', at };
  }
  const isInvalid = /invalid phone number|unknown.*number/i.test(delivery.providerResponse);
  return {
    type: 'reaction',
    channel: 'sms',
    // What failed never reached anybody: its place is free again (DOMAIN 3).
    kind: status === 'SUCCESS' ? 'delivered' : 'rejected',
    at,
    providerId: notification.messageId,
    addresses: [delivery.destination],
    ...(status !== 'SUCCESS' && isInvalid && { blocks: 'bounce' as const }),
  };
}
