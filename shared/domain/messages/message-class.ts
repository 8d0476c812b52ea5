/** What a message is for; decides consent, caps and who goes first (DOMAIN 3). */
export const messageClasses = ['transactional', 'care', 'news', 'promotional', 'major_promotion'] as const;
export type MessageClass = (typeof messageClasses)[number];

/** What some messages may that others may not: order, shipping and refund notices know no quiet hours (DOMAIN 3). */
export const purposes = ['order', 'shipping', 'refund', 'payment', 'birthday', 'other'] as const;
export type Purpose = (typeof purposes)[number];

export const channels = ['email', 'sms', 'webhook'] as const;
export type Channel = (typeof channels)[number];

/** Everything else needs consent, has its place in the caps, and waits for the day. */
export function isTransactional(messageClass: MessageClass): messageClass is 'transactional' {
  return messageClass === 'transactional';
}
