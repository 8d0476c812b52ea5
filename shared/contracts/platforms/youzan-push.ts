import type { Instant } from '../../domain/calendar.ts';
import { readLooseJson } from './chinese-fields.ts';
import type { ShopContext } from './platform.ts';

/** What a push says of its message outside it. */
export interface Push {
  readonly shop: ShopContext;
  readonly type: string;
  /** Its `version`, a time in seconds or milliseconds. */
  readonly sentAt: Instant | undefined;
  readonly orderId: string | undefined;
}

/** What every push wraps its message in. */
export function envelopeOf(body: Buffer): { readonly value: unknown } | undefined {
  return readLooseJson(body.toString('utf8'));
}

/**
 * The message is URL-encoded JSON, or an object. Of the two ways of encoding one writes a blank as `%20`, leaves colons as
 * they are, and a plus is a plus; the other is that of forms: `%3A`, and a plus is a blank. Both are seen in trades.
 * @returns the text itself where it is no such JSON
 */
export function messageOf(msg: unknown): unknown {
  if (typeof msg !== 'string') return msg;
  const isForm = !msg.includes(':') && !msg.includes('%20');
  try {
    const text = msg.startsWith('{') ? msg : decodeURIComponent(isForm ? msg.replaceAll('+', ' ') : msg);
    return readLooseJson(text)?.value ?? msg;
  } catch {
    return msg;
  }
}
