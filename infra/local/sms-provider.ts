import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { SentSms } from './outbox.ts';

/** What a phone answered, as two-way SMS publishes it. */
export function inboundMessage(from: string, text: string, previous: SentSms | undefined): Record<string, string> {
  return {
    originationNumber: from,
    destinationNumber: '+12125550101',
    messageKeyword: text.trim().split(/\s+/)[0]?.toUpperCase() ?? '',
    messageBody: text,
    inboundMessageId: randomUUID(),
    ...(previous === undefined ? {} : { previousPublishedMessageId: previous.messageId }),
  };
}

export type SmsStatus = 'SUCCESS' | 'FAILURE';

export interface SmsDelivery {
  readonly status: SmsStatus;
  /** What the carrier said; one fitting the status if not given. */
  readonly providerResponse?: string | undefined;
}

const usualResponses: Readonly<Record<SmsStatus, string>> = {
  SUCCESS: 'Message has been accepted by phone carrier',
  FAILURE: 'Unknown error attempting to reach phone',
};

/** The event by which a log subscription hands the delivery record of a text message to a function. */
export function deliveryLogEvent(
  sms: SentSms,
  { status, providerResponse = usualResponses[status] }: SmsDelivery,
  at: Date,
  { account, region }: { readonly account: string; readonly region: string },
): { awslogs: { data: string } } {
  const record = {
    notification: { messageId: sms.messageId, timestamp: at.toISOString().replace('T', ' ').replace('Z', '') },
    delivery: {
      ...(status === 'SUCCESS' ? { phoneCarrier: 'Local Carrier' } : {}),
      mnc: 270,
      numberOfMessageParts: 1,
      destination: sms.to,
      priceInUSD: 0.00645,
      smsType: sms.tags['AWS.SNS.SMS.SMSType'] ?? 'Promotional',
      mcc: 310,
      providerResponse,
      dwellTimeMs: 599,
      ...(status === 'SUCCESS' ? { dwellTimeMsUntilDeviceAck: 1344 } : {}),
    },
    status,
  };
  const logGroup = `sns/${region}/${account}/DirectPublishToPhoneNumber${status === 'SUCCESS' ? '' : '/Failure'}`;
  const logs = {
    messageType: 'DATA_MESSAGE',
    owner: account,
    logGroup,
    logStream: randomUUID(),
    subscriptionFilters: ['local'],
    logEvents: [{ id: randomUUID(), timestamp: at.getTime(), message: JSON.stringify(record) }],
  };
  return { awslogs: { data: gzipSync(JSON.stringify(logs)).toString('base64') } };
}
