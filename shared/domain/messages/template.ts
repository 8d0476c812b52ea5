import type { MailBlock } from './mail-blocks.ts';
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
  /** Email only: a whole page of its own; left out, the layout is put around the blocks, or else around the text. */
  readonly html?: string;
  /** What the layout shows above the blocks; left out, the subject. */
  readonly title?: string;
  /** What an inbox shows beside the subject. */
  readonly preheader?: string;
  readonly blocks?: readonly MailBlock[];
}

export interface RenderedMessage {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
}

/** The language nearest to a customer's: the very locale, else the same language; undefined where there is none. */
export function nearestOf(available: readonly Locale[], locale: string | undefined): Locale | undefined {
  const wanted = locale?.trim().replaceAll('_', '-').toLowerCase() ?? '';
  const language = wanted.split('-')[0];
  return (
    available.find((one) => one.toLowerCase() === wanted) ?? available.find((one) => one.split('-')[0] === language)
  );
}
