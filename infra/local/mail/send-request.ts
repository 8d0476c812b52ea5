import type { ServiceRequest } from '../iam/requests.ts';
import { addressOf, headerNamed, headersOf, mailboxesIn } from './headers.ts';

/** A request to send a mail, whichever operation asks for it. */
export interface SendRequest {
  /** The sender as written. */
  readonly source: string;
  /** Bare addresses of all who get it. */
  readonly destinations: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
  /** The message itself, where the request has it; otherwise the mail engine composes it. */
  readonly raw: Buffer | undefined;
}

type Input = Readonly<Record<string, unknown>>;

const sends = new Set(['SendEmail', 'SendRawEmail']);

/** What a request sends; undefined for operations that send no single mail. */
export function readSendRequest({ service, operation, input }: ServiceRequest): SendRequest | undefined {
  if (service !== 'ses' || !sends.has(operation)) return undefined;
  const raw = rawOf(input);
  const headers = raw === undefined ? [] : headersOf(raw);
  const named = destinationsNamed(input);
  const inHeaders = ['To', 'Cc', 'Bcc'].flatMap((name) => mailboxesIn(headerNamed(headers, name) ?? ''));
  const tags = tagsNamed(input);
  const set = input.ConfigurationSetName ?? headerNamed(headers, 'X-SES-CONFIGURATION-SET');
  return {
    source: String(input.Source ?? input.FromEmailAddress ?? headerNamed(headers, 'From') ?? ''),
    destinations: (named.length > 0 ? named : inHeaders).map(addressOf),
    // Tags of the request and of the header are not joined: those of the request count.
    tags: Object.keys(tags).length > 0 ? tags : tagsInHeader(headerNamed(headers, 'X-SES-MESSAGE-TAGS') ?? ''),
    configurationSet: set === undefined ? undefined : String(set),
    raw,
  };
}

function rawOf(input: Input): Buffer | undefined {
  const content = input.Content as { Raw?: { Data?: string } } | undefined;
  const data = input['RawMessage.Data'] ?? content?.Raw?.Data;
  return data === undefined ? undefined : Buffer.from(String(data), 'base64');
}

/** `Destinations.member.1`, `Destination.ToAddresses.member.1` of the query protocol, `Destination` of the JSON one. */
function destinationsNamed(input: Input): string[] {
  const listed = Object.entries(input)
    .filter(([key]) => /^Destinations?\.(?:(?:To|Cc|Bcc)Addresses\.)?member\.\d+$/.test(key))
    .map(([, value]) => String(value));
  const {
    ToAddresses = [],
    CcAddresses = [],
    BccAddresses = [],
  } = (input.Destination ?? {}) as Record<string, string[] | undefined>;
  return [...listed, ...ToAddresses, ...CcAddresses, ...BccAddresses];
}

/** `Tags.member.1.Name` of the query protocol, `EmailTags` of the JSON one. */
function tagsNamed(input: Input): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let at = 1; input[`Tags.member.${at}.Name`] !== undefined; at += 1) {
    tags[String(input[`Tags.member.${at}.Name`])] = String(input[`Tags.member.${at}.Value`]);
  }
  const list = Array.isArray(input.EmailTags) ? (input.EmailTags as { Name: string; Value: string }[]) : [];
  for (const { Name, Value } of list) tags[Name] = Value;
  return tags;
}

/** `campaign=spring, touchId=7` */
function tagsInHeader(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  return Object.fromEntries(pairs.filter(([name, value]) => name && value).map(([name, value]) => [name, value ?? '']));
}
