import type { Instant } from '../../domain/calendar.ts';
import type { TouchKey } from '../../usecases/messages/messaging-ports.ts';
import { equalInConstantTime, type RootKeys } from './root-keys.ts';

/**
 * What a public link is for: unsubscribe, follow a link (a click), load a picture (an opening), answer a questionnaire, claim
 * a coupon, set preferences. One of these is worth nothing under another's path.
 */
export type LinkPurpose = 'u' | 't' | 'o' | 'q' | 'c' | 'p';

/** What a link stands for: a message, and what else it was made for, such as the URL it leads to or a coupon's id. */
export interface PublicLink extends TouchKey {
  readonly extra?: string;
}

/** Signed tokens that stand for a message: whoever holds one may do the one thing it is for. */
export interface PublicLinks {
  /** @param expiresAt the first instant at which it is worth nothing any more; left out: it is good for ever */
  write(purpose: LinkPurpose, touch: TouchKey, extra?: string, expiresAt?: Instant): string;
  /** @returns undefined for one that was not made here, was made for another purpose, or has expired */
  read(purpose: LinkPurpose, token: string, now: Instant): PublicLink | undefined;
}

/**
 * Token: base64url of the content, a dot, the tag. Content: `customer touch`; where it has more, a line with its end in
 * seconds (base 36, or empty) and what else there is follow. No address is in it. Tokens of one line are those of the first
 * messages ever sent: they stay as they are.
 */
export function publicLinks({ linkTag }: Pick<RootKeys, 'linkTag'>): PublicLinks {
  const tagOf = (purpose: LinkPurpose, content: string) => linkTag(`${purpose} ${content}`);
  return {
    write(purpose, { customer, id }, extra, expiresAt) {
      const end = expiresAt === undefined ? '' : Math.floor(expiresAt / 1000).toString(36);
      const more = extra === undefined ? [] : [extra];
      const content = [`${customer} ${id}`, ...(end || more.length > 0 ? [end] : []), ...more].join('\n');
      return `${Buffer.from(content).toString('base64url')}.${tagOf(purpose, content)}`;
    },
    read(purpose, token, now) {
      const [encoded = '', tag = '', ...rest] = token.split('.');
      const content = Buffer.from(encoded, 'base64url').toString('utf8');
      if (rest.length > 0 || !equalInConstantTime(tag, tagOf(purpose, content))) return undefined;
      const [message = '', end = '', ...more] = content.split('\n');
      if (end !== '' && now >= Number.parseInt(end, 36) * 1000) return undefined;
      const space = message.lastIndexOf(' ');
      return {
        customer: message.slice(0, space),
        id: message.slice(space + 1),
        ...(more.length > 0 && { extra: more.join('\n') }),
      };
    },
  };
}
