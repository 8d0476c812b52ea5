import type { TouchKey } from '../../usecases/messaging-ports.ts';
import { equalInConstantTime, type RootKeys } from './root-keys.ts';

/** What a public link is for: one of these is worth nothing under another's path. */
export type LinkPurpose = 'u';

/** Signed tokens that stand for a message: whoever holds one may do the one thing it is for. */
export interface PublicLinks {
  write(purpose: LinkPurpose, touch: TouchKey): string;
  /** @returns undefined for one that was not made here, or for another purpose */
  read(purpose: LinkPurpose, token: string): TouchKey | undefined;
}

/** Token: base64url of `customer touch`, a dot, the tag. No address is in it. */
export function publicLinks({ linkTag }: Pick<RootKeys, 'linkTag'>): PublicLinks {
  const tagOf = (purpose: LinkPurpose, content: string) => linkTag(`${purpose} ${content}`);
  return {
    write(purpose, { customer, id }) {
      const content = `${customer} ${id}`;
      return `${Buffer.from(content).toString('base64url')}.${tagOf(purpose, content)}`;
    },
    read(purpose, token) {
      const [encoded = '', tag = '', ...rest] = token.split('.');
      const content = Buffer.from(encoded, 'base64url').toString('utf8');
      if (rest.length > 0 || !equalInConstantTime(tag, tagOf(purpose, content))) return undefined;
      const space = content.lastIndexOf(' ');
      return { customer: content.slice(0, space), id: content.slice(space + 1) };
    },
  };
}
