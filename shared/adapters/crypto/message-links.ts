import { channelOfTouch } from '../../domain/touches/touch.ts';
import type { MessageLinks } from '../../usecases/messages/compose-message.ts';
import type { TouchKey } from '../../usecases/messages/messaging-ports.ts';
import { type LinkPurpose, publicLinks } from './public-links.ts';
import type { RootKeys } from './root-keys.ts';
import { linkValidMs, shortLinks } from './short-links.ts';

/**
 * The links in messages: under the address of the HTTP API, each signed for its message and for what it is for. Those of a
 * text message are short; all others say by themselves what they stand for.
 */
export function messageLinks(keys: Pick<RootKeys, 'linkTag'>, publicUrl: string): MessageLinks {
  const long = publicLinks(keys);
  const short = shortLinks(keys);
  const isShort = ({ id }: TouchKey) => channelOfTouch(id) === 'sms';
  const link = (purpose: LinkPurpose, touch: TouchKey, token: () => string, place?: number) =>
    `${publicUrl}/${purpose}/${isShort(touch) ? short.write(purpose, touch, place) : token()}`;
  return {
    isOurs: (url) => url.startsWith(`${publicUrl}/`),
    nameOf: (touch) => (isShort(touch) ? short.nameOf(touch) : undefined),
    unsubscribe: (touch) => link('u', touch, () => long.write('u', touch)),
    preferences: (touch) => link('p', touch, () => long.write('p', touch)),
    questionnaire: (touch, now) => link('q', touch, () => long.write('q', touch, undefined, now + linkValidMs)),
    claim: (touch, coupon, now) => link('c', touch, () => long.write('c', touch, coupon, now + linkValidMs)),
    click: (touch, place, now) =>
      link('t', touch, () => long.write('t', touch, String(place), now + linkValidMs), place),
    open: (touch, now) => link('o', touch, () => long.write('o', touch, undefined, now + linkValidMs)),
  };
}
