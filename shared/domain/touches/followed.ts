import type { Instant } from '../calendar.ts';
import { type Follower, isMachine, isTooSoon } from '../messages/machine-reactions.ts';
import { reacted, type Touch } from './touch.ts';

/** A picture of a message was loaded, or one of its links followed. */
export interface Followed {
  readonly kind: 'opened' | 'clicked';
  readonly at: Instant;
  readonly by: Follower;
  /** Tells the links of one message apart. */
  readonly link?: string;
}

/** Two links of one message within this time are no person's clicks, in milliseconds. */
const burstMs = 1000;

/**
 * A touch after somebody or something opened it or followed a link: people's reactions and machines' apart (DOMAIN 10). Two
 * links within a second show a scanner: the first of them, taken for a person's, is taken back.
 * @returns the same object where nothing is new
 */
export function followed(touch: Touch, { kind, at, by, link = '' }: Followed): Touch {
  if (kind === 'opened') return reacted(touch, isMachine(by) ? 'machineOpened' : 'opened', at);
  // It went out when it was claimed, which is known before the provider's answer is.
  const sentAt = touch.claim?.at ?? touch.sentAt;
  if (isMachine(by) || isTooSoon(touch.channel, sentAt, at)) return reacted(touch, 'machineClicked', at);
  const last = touch.lastClick;
  const isNear = last !== undefined && Math.abs(at - last.at) <= burstMs;
  if (!isNear || (last.link === link && !last.burst)) {
    const next = reacted(touch, 'clicked', at);
    return last !== undefined && last.at >= at ? next : { ...next, lastClick: { at, link } };
  }
  const latest = at > last.at ? { at, link } : { at: last.at, link: last.link };
  const next = reacted(takenBack(touch, last.at), 'machineClicked', at);
  return last.burst && latest.at === last.at ? next : { ...next, lastClick: { ...latest, burst: true } };
}

/** The click of this moment was a machine's; an earlier one of a person stays. */
function takenBack(touch: Touch, at: Instant): Touch {
  const { clicked, ...reactions } = touch.reactions;
  return reacted(clicked === at ? { ...touch, reactions } : touch, 'machineClicked', at);
}
