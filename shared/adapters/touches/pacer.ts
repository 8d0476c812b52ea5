import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { Pacer } from '../../usecases/messages/messaging-ports.ts';
import type { Clock, SettingsReader } from '../../usecases/ports.ts';

export interface PacerOptions {
  readonly ses: SESClient;
  readonly settings: SettingsReader;
  readonly clock: Clock;
  /** Most senders at a time on each channel: the provider's rate is shared out evenly. */
  readonly senders: number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Milliseconds that only ever grow. */
  readonly elapsed: () => number;
}

/** How long the provider's word on its rate is taken for granted. */
const quotaMs = 300_000;
/** How soon it is asked again where it said nothing. */
const askAgainMs = 10_000;

/** Keeps each channel to this sender's share of what its provider takes a second. */
export function channelPacer(options: PacerOptions): Pacer {
  const free = new Map<Channel, number>();
  const quota = mailRate(options);
  const rates: Readonly<Record<Channel, () => Promise<number>>> = {
    email: quota,
    sms: async () => (await options.settings.settings(options.clock.now())).channels.sms.perSecond,
    webhook: async () => Number.POSITIVE_INFINITY,
  };
  return {
    async turn(channel, atMostMs) {
      const perSecond = (await rates[channel]()) / options.senders;
      const now = options.elapsed();
      const slot = Math.max(now, free.get(channel) ?? now);
      if (slot - now > atMostMs) return false;
      free.set(channel, slot + 1000 / perSecond);
      if (slot > now) await options.pause(slot - now);
      return true;
    },
  };
}

/** Mails a second, as SES says; at its slowest where SES does not say, as it answers such questions but once a second. */
function mailRate({ ses, elapsed }: PacerOptions): () => Promise<number> {
  let asked: Promise<{ readonly rate: number; readonly until: number }> | undefined;
  return async () => {
    asked ??= askRate(ses, elapsed);
    const { rate, until } = await asked;
    if (elapsed() > until) asked = undefined;
    return rate;
  };
}

async function askRate(ses: SESClient, elapsed: () => number): Promise<{ rate: number; until: number }> {
  try {
    const { MaxSendRate } = await ses.send(new GetSendQuotaCommand());
    if (MaxSendRate !== undefined && MaxSendRate > 0) return { rate: MaxSendRate, until: elapsed() + quotaMs };
  } catch {
    // As if it had said nothing.
  }
  return { rate: 1, until: elapsed() + askAgainMs };
}
