import type { MailEvent } from './provider-events.ts';

const labelled = /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i;

/**
 * What comes back from one recipient of an accepted mail: a delivery, or what the address of the provider's mailbox
 * simulator stands for (SES developer guide, "Using the mailbox simulator"). Labels as in `bounce+7@...` are its too.
 */
export function outcomesOf(recipient: string): MailEvent[] {
  const recipients = [recipient];
  const delivered: MailEvent = { type: 'delivery', recipients };
  const bounce = (bounceType: string, bounceSubType: string): MailEvent => ({
    type: 'bounce',
    bounceType,
    bounceSubType,
    recipients,
  });
  switch (labelled.exec(recipient)?.[1]?.toLowerCase()) {
    case 'bounce':
      return [bounce('Permanent', 'General')];
    case 'suppressionlist':
      return [bounce('Permanent', 'Suppressed')];
    case 'ooto':
      return [delivered, bounce('Transient', 'General')];
    case 'complaint':
      return [delivered, { type: 'complaint', feedbackType: 'abuse', subType: undefined, recipients }];
    default:
      return [delivered];
  }
}
