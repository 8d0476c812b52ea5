import type { LinkPurpose, PublicLink } from '../../shared/adapters/crypto/public-links.ts';
import { linkValidMs } from '../../shared/adapters/crypto/short-links.ts';
import type { Deps } from './page-request.ts';

/** Those that say what holds for good; the others end with what they are for. */
const lasting: readonly LinkPurpose[] = ['u', 'p'];

/**
 * What a token stands for: the long ones of mails say it themselves, the short ones of text messages name their message.
 * @returns undefined for one that was not made here, was made for another purpose, or has expired
 */
export async function linkOf(purpose: LinkPurpose, token: string, deps: Deps): Promise<PublicLink | undefined> {
  const now = deps.clock.now();
  const short = deps.shortLinks.read(token);
  if (!short) return deps.links.read(purpose, token, now);
  const keys = await deps.linkedTouches.touchesNamed(short.name);
  const key = keys.find((one) => deps.shortLinks.isFor(purpose, token, one));
  const touch = key && (await deps.touches.readTouch(key))?.value;
  if (!key || !touch?.claim) return undefined;
  if (!lasting.includes(purpose) && now >= touch.claim.at + linkValidMs) return undefined;
  const extra = purpose === 'c' ? touch.coupon : short.place;
  return { ...key, ...(extra !== undefined && extra !== '' && { extra }) };
}
