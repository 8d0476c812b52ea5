import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { isTransactional } from '../../domain/messages/message-class.ts';
import { smsPartsOf } from '../../domain/messages/sms-parts.ts';
import type { ChannelSender, OutgoingMessage } from '../../usecases/messages/messaging-ports.ts';
import { handoverOfError } from '../provider-errors.ts';

/** SNS takes 1,600 bytes of text at a time. */
const maxBytes = 1600;

/** Text messages through SNS `Publish`. SNS carries no mark of ours: only the sender itself learns what became of one. */
export function snsSender(client: SNSClient): ChannelSender {
  return {
    async send(message) {
      const { text } = message.content;
      if (Buffer.byteLength(text) > maxBytes) return { type: 'refused', reason: 'text_too_long', later: false };
      try {
        const { MessageId } = await client.send(
          new PublishCommand({ PhoneNumber: message.to, Message: text, MessageAttributes: attributesOf(message) }),
        );
        return {
          type: 'accepted',
          ...(MessageId !== undefined && { providerId: MessageId }),
          parts: smsPartsOf(text).parts,
        };
      } catch (error) {
        return handoverOfError(error);
      }
    },
  };
}

function attributesOf({ class: messageClass, settings: { sms }, touch }: OutgoingMessage) {
  const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
  return {
    'AWS.SNS.SMS.SMSType': text(isTransactional(messageClass) ? 'Transactional' : 'Promotional'),
    ...(sms.senderId !== undefined && { 'AWS.SNS.SMS.SenderID': text(sms.senderId) }),
    ...(sms.maxPrice !== undefined && {
      'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: sms.maxPrice },
    }),
    touchId: text(touch.id),
  };
}
