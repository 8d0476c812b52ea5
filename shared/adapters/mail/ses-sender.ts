import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { touchTags } from '../../contracts/feedback/ses-events.ts';
import type { ChannelSender, OutgoingMessage } from '../../usecases/messages/messaging-ports.ts';
import { handoverOfError } from '../provider-errors.ts';
import { composeMime, destinationOf, InvalidMessageError, type Mailbox } from './compose-mime.ts';

export interface SesSenderOptions {
  /** Who mail is from where the settings name nobody. */
  readonly from: string;
  /** Its event destination tells us what became of a message; without it SES returns no tags. */
  readonly configurationSet: string;
}

/** Mail through SES `SendRawEmail`, one recipient a message. */
export function sesSender(client: SESClient, options: SesSenderOptions): ChannelSender {
  return {
    async send(message) {
      try {
        const { MessageId } = await client.send(await commandFor(message, options));
        return { type: 'accepted', ...(MessageId !== undefined && { providerId: MessageId }) };
      } catch (error) {
        if (error instanceof InvalidMessageError) return { type: 'refused', reason: 'invalid_message', later: false };
        return handoverOfError(error);
      }
    },
  };
}

async function commandFor(message: OutgoingMessage, options: SesSenderOptions): Promise<SendRawEmailCommand> {
  const { content, settings, touch, unsubscribeUrl, to } = message;
  const from = withName(settings.email.from ?? options.from, message.speaker);
  const raw = await composeMime({
    from,
    to,
    ...(settings.email.replyTo !== undefined && { replyTo: settings.email.replyTo }),
    subject: content.subject ?? '',
    text: content.text,
    ...(content.html !== undefined && { html: content.html }),
    ...(unsubscribeUrl !== undefined && { oneClickUrl: unsubscribeUrl }),
  });
  return new SendRawEmailCommand({
    RawMessage: { Data: raw },
    Destinations: [destinationOf(to)],
    ConfigurationSetName: options.configurationSet,
    Tags: [
      { Name: touchTags.touch, Value: touch.id },
      { Name: touchTags.customer, Value: touch.customer },
    ],
  });
}

/** A bare address speaks in the shop's name. */
function withName(from: string, speaker: string): Mailbox {
  return from.includes('<') || speaker === '' ? from : { name: speaker, address: from };
}
