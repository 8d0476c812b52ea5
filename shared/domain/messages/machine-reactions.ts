import type { Instant } from '../calendar.ts';
import type { Channel } from './message-class.ts';

/** What a request for a picture or a link tells of whoever makes it. */
export interface Follower {
  /** Left out where the report carries none; empty where a request came without. */
  readonly userAgent?: string;
  /** Asks for the headers alone. */
  readonly isHead?: boolean;
  /** Says itself that nobody has asked for it yet. */
  readonly isPrefetch?: boolean;
}

/**
 * Proxies that load pictures for somebody else, programs that check links before they are shown, previews of chats, and
 * tools. What a mail provider's proxy loads shows that the mail was rendered, not that a person saw it: Apple's and Gmail's
 * also load ahead of any reader.
 */
const machineNames = new RegExp(
  [
    'GoogleImageProxy|YahooMailProxy|ggpht|Edge/12\\.246 Mozilla/5\\.0',
    'bot\\b|bots?[/;) ]|crawl|spider|scan(?:ner|ning)?\\b|preview|prefetch|prerender|monitor|validator|linkcheck',
    'Barracuda|Mimecast|Proofpoint|FireEye|Trellix|Symantec|MessageLabs|TrendMicro|Sophos|Zscaler|Forcepoint|Cloudmark',
    'SafeLinks|Microsoft-?Safe|EOP-?Scan|URLDefense|VirusTotal|urlscan|PhishTank|CheckMark|Avanan|Vade',
    'facebookexternalhit|WhatsApp/|TelegramBot|SkypeUriPreview|Slack-ImgProxy|Twitterbot|LinkedInBot|Discordbot',
    '^(?:curl|wget|python|Go-http-client|Java|okhttp|axios|node|undici|libwww|Apache-HttpClient|PostmanRuntime|Ruby)\\b',
    'HeadlessChrome|PhantomJS|Puppeteer|Playwright|Selenium',
  ].join('|'),
  'i',
);

/** A bare "Mozilla/5.0" is how Apple's mail privacy proxy names itself; no program a person uses does. */
const bareNames = /^\s*(?:Mozilla\/\d\.\d)?\s*$/;

/** A scanner follows links on delivery; a person reads first. Milliseconds from handing a message over. */
const tooSoonMs: Readonly<Record<Channel, number>> = { email: 10_000, sms: 3_000, webhook: 3_000 };

/** Whether whoever loads a picture or follows a link shows by itself that it is no person. */
export function isMachine({ userAgent, isHead, isPrefetch }: Follower): boolean {
  if (isHead || isPrefetch) return true;
  return userAgent !== undefined && (bareNames.test(userAgent) || machineNames.test(userAgent));
}

/** Whether a link was followed sooner than anybody reads. */
export function isTooSoon(channel: Channel, sentAt: Instant | undefined, at: Instant): boolean {
  return sentAt !== undefined && at < sentAt + tooSoonMs[channel];
}
