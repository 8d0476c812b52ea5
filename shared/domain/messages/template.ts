import type { Channel, MessageClass } from './message-class.ts';

/** Languages templates come in; a customer without a locale gets the first. */
export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];

/** One message in one language, its text in Liquid. A webhook's text is for whoever reads it at the other end. */
export interface MessageTemplate {
  readonly id: string;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly locale: Locale;
  /** Email only. */
  readonly subject?: string;
  readonly text: string;
  /** Email only. */
  readonly html?: string;
}

export interface RenderedMessage {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
}
