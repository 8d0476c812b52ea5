import { isTransactional, type MessageClass, type Purpose } from './message-class.ts';
import type { RenderedMessage } from './template.ts';

/**
 * Whether clicks and openings of a message are counted (DOMAIN 10): of everything but order, shipping and refund notices,
 * which earn no credit and whose links should stay the carrier's and the shop's own. Payment reminders and questionnaires
 * are transactional for another purpose: they are counted.
 */
export function isTracked(messageClass: MessageClass, purpose: Purpose): boolean {
  return !isTransactional(messageClass) || purpose === 'other' || purpose === 'birthday';
}

/** Ends before what closes a sentence, and before Chinese text and punctuation, which follow without a space. */
const plainUrl =
  /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef\p{Script=Han}]*[^\s<>"'.,;:!?)\]\u3000-\u303f\uff00-\uffef\p{Script=Han}]/gu;
const anchorUrl = /(<a)(\s(?:[^>]*?\s)?href\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi;

/** What stands for a link in the message that goes out. */
export type LinkWriter = (url: string) => string;

/**
 * The message with every http(s) link replaced: those of its texts, and where anchors of its HTML lead. Pictures stay as
 * they are: they are loaded, not followed.
 */
export function withLinks({ subject, text, html }: RenderedMessage, write: LinkWriter): RenderedMessage {
  return {
    ...(subject !== undefined && { subject }),
    text: text.replace(plainUrl, (url) => write(url)),
    ...(html !== undefined && { html: html.replace(anchorUrl, (...match) => rewrittenAnchor(match, write)) }),
  };
}

function rewrittenAnchor([whole, tag, attributes, double, single]: readonly unknown[], write: LinkWriter): string {
  const url = decoded(String(double ?? single)).trim();
  if (!/^https?:\/\//i.test(url)) return String(whole);
  const written = write(url);
  // SES would lead it through its own host as well.
  const mark = String(attributes).includes('ses:no-track') ? '' : ' ses:no-track';
  return written === url ? String(whole) : `${String(tag)}${mark}${String(attributes)}"${encoded(written)}"`;
}

/** Loaded when a mail is shown: that is how an opening is known. */
export function withPixel(message: RenderedMessage, url: string): RenderedMessage {
  const { html } = message;
  if (html === undefined) return message;
  const pixel = `<img src="${encoded(url)}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px;">`;
  const end = html.search(/<\/body>/i);
  return { ...message, html: end < 0 ? html + pixel : html.slice(0, end) + pixel + html.slice(end) };
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#34': '"',
  '#39': "'",
  apos: "'",
};

function decoded(attribute: string): string {
  return attribute.replace(/&(amp|lt|gt|quot|apos|#34|#39);/g, (whole, name: string) => entities[name] ?? whole);
}

function encoded(url: string): string {
  return url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
