import type { Instant } from '../../domain/calendar.ts';
import { hourMs } from '../../domain/durations.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { SendingRates } from './messaging-ports.ts';

export type BrakeReader = Pick<SendingRates, 'lastDay'>;

/** How long a braked message waits before it is looked at again. */
const lookAgainMs = hourMs;

/**
 * Whether a channel has stopped by itself: the share of bounces or complaints of the last 24 hours is above what the
 * provider tolerates (DOMAIN 10a). A few of them among little mail are no trend and do not stop it.
 */
export async function brakeOf(
  channel: Channel,
  { policy: { brake } }: Pick<Settings, 'policy'>,
  now: Instant,
  rates: BrakeReader,
): Promise<{ reason: string; until: Instant } | undefined> {
  if (channel !== 'email') return undefined;
  const { sent, bounced, complained } = await rates.lastDay(channel, now);
  const isAbove = (count: number, minimum: number, rate: number) => count >= minimum && count > rate * sent;
  const until = now + lookAgainMs;
  if (isAbove(bounced, brake.minimumBounces, brake.bounceRate)) return { reason: 'bounces', until };
  if (isAbove(complained, brake.minimumComplaints, brake.complaintRate)) return { reason: 'complaints', until };
  return undefined;
}
