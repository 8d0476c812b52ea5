import { dayMs } from '../../domain/durations.ts';
import type { MessageLinks } from '../../usecases/messages/compose-message.ts';
import type { PublicLinks } from './public-links.ts';

/** For how long clicks and openings are counted, and a questionnaire or a coupon can be had: half a year. */
const validMs = 180 * dayMs;

/** The links in messages: under the address of the HTTP API, each signed for its message and for what it is for. */
export function messageLinks(links: Pick<PublicLinks, 'write'>, publicUrl: string): MessageLinks {
  return {
    isOurs: (url) => url.startsWith(`${publicUrl}/`),
    unsubscribe: (touch) => `${publicUrl}/u/${links.write('u', touch)}`,
    preferences: (touch) => `${publicUrl}/p/${links.write('p', touch)}`,
    questionnaire: (touch, now) => `${publicUrl}/q/${links.write('q', touch, undefined, now + validMs)}`,
    claim: (touch, coupon, now) => `${publicUrl}/c/${links.write('c', touch, coupon, now + validMs)}`,
    click: (touch, place, now) => `${publicUrl}/t/${links.write('t', touch, String(place), now + validMs)}`,
    open: (touch, now) => `${publicUrl}/o/${links.write('o', touch, undefined, now + validMs)}`,
  };
}
