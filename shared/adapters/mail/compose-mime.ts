import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import * as base64 from 'nodemailer/lib/base64';
import MailComposer from 'nodemailer/lib/mail-composer';
import type MimeNode from 'nodemailer/lib/mime-node';
import * as quotedPrintable from 'nodemailer/lib/qp';

/** An address, `Name <address>`, or both apart, which needs no quoting. */
export type Mailbox = string | { readonly name: string; readonly address: string };

export interface Mail {
  readonly from: Mailbox;
  readonly replyTo?: Mailbox;
  readonly to: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Where a POST unsubscribes at once (RFC 8058): https, or http on this machine. */
  readonly oneClickUrl?: string;
  /** An address that takes unsubscribing by mail, beside the link. */
  readonly unsubscribeMailto?: string;
}

/** A mail that must not leave as it is. Says what is wrong with which part; never holds an address or a text. */
export class InvalidMessageError extends Error {
  override name = 'InvalidMessageError';
}

/** SES takes name and value of a header of up to 996 characters; RFC 5322 lines of up to 998. */
const maxHeader = 996;
const maxHeaderLine = 998;

/**
 * The raw message for SendRawEmail. The recipients are still to be given to the provider beside it: what stands in the
 * `To` header is for the reader.
 * @throws InvalidMessageError before anything is composed when an address, the subject or a link cannot be trusted
 */
export async function composeMime(mail: Mail): Promise<Buffer> {
  const from = mailbox('from', mail.from);
  const composer = new MailComposer({
    from,
    to: mailbox('to', mail.to),
    ...(mail.replyTo !== undefined && { replyTo: mailbox('replyTo', mail.replyTo) }),
    subject: plainLine('subject', mail.subject),
    text: mail.text,
    ...(mail.html !== undefined && { html: mail.html }),
    headers: unsubscribeHeaders(mail),
    // Left to the composer, each takes its own bytes from the system; SES puts its own id there anyway.
    messageId: `<${randomUUID()}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    baseBoundary: randomUUID(),
    // A text is a text, whatever it looks like.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // In mail no line feed stands alone (RFC 5322, 2.3).
  const lines = written(composer.compile()).replace(/\r?\n/g, '\r\n');
  const message = Buffer.from(lines.endsWith('\n') ? lines : `${lines}\r\n`);
  checkHeaders(message);
  return message;
}

/**
 * What the composer's own `build` gives, but for where soft line breaks fall, at a third of the time: that one has a chain of
 * streams for every part, which serve attachments, and there are none.
 */
function written(node: MimeNode): string {
  const head = `${node.buildHeaders()}\r\n\r\n`;
  if (!node.multipart) return `${head}${encodedContent(node)}`;
  const parts = node.childNodes.map((part) => `--${node.boundary}\r\n${written(part)}\r\n`);
  return `${head}${parts.join('')}--${node.boundary}--\r\n`;
}

function encodedContent(node: MimeNode): string {
  const content = String(node.content ?? '');
  switch (node.getTransferEncoding()) {
    case 'base64':
      return base64.wrap(base64.encode(content));
    case 'quoted-printable':
      return quotedPrintable.wrap(quotedPrintable.encode(content));
    default:
      return content;
  }
}

/**
 * What the provider is to be told as the one recipient of `to`.
 * @throws InvalidMessageError when it is no address
 */
export function destinationOf(to: Mailbox): string {
  return mailbox('to', to).address;
}

/** Folding these has broken signatures, and some receivers read one line only: they go out as they are. */
function unsubscribeHeaders({ oneClickUrl, unsubscribeMailto }: Mail) {
  const targets = [
    ...(oneClickUrl === undefined ? [] : [`<${oneClickTarget(oneClickUrl)}>`]),
    ...(unsubscribeMailto === undefined ? [] : [`<${mailtoTarget(unsubscribeMailto)}>`]),
  ];
  if (targets.length === 0) return {};
  return {
    'List-Unsubscribe': asItIs(targets.join(', ')),
    ...(oneClickUrl !== undefined && { 'List-Unsubscribe-Post': asItIs('List-Unsubscribe=One-Click') }),
  };
}

const asItIs = (value: string) => ({ prepared: true, foldLines: false, value });

function oneClickTarget(url: string): string {
  if (/[^\x21-\x7e]|[<>,]/.test(url) || !URL.canParse(url))
    throw new InvalidMessageError('oneClickUrl: this is no URL');
  const { protocol, hostname } = new URL(url);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isHere)) return url;
  throw new InvalidMessageError('oneClickUrl: one-click unsubscribing needs https');
}

/** Only what needs no encoding, neither in a header nor in a URL. */
function mailtoTarget(address: string): string {
  if (/^[\w.+-]+@[a-z0-9.-]+$/i.test(address)) return `mailto:${address}`;
  throw new InvalidMessageError('unsubscribeMailto: this is no plain address');
}

/** `"Quoted, name" <address>` or `Name <address>`; an unquoted name with a comma would read as a second address. */
const named = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>,;@]*?))\s*<([^<>]*)>$/;

/** Name and address apart, so that the composer parses nothing: it would make a second recipient of a comma. */
function mailbox(part: string, value: Mailbox): { name: string; address: string } {
  if (typeof value !== 'string') return { name: plainLine(part, value.name), address: addressOf(part, value.address) };
  const match = named.exec(plainLine(part, value));
  if (!match) return { name: '', address: addressOf(part, value) };
  const [, quoted, bare = '', address = ''] = match;
  return { name: quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'), address: addressOf(part, address) };
}

/** RFC 5321 without quoted local parts and address literals, which no shop's customer has. */
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const domainName = /^[\p{L}\p{M}\p{N}.-]+$/u;
const asciiDomainName = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;

/** The address with its domain as the mail system knows it: SES takes no letters beyond ASCII. */
function addressOf(part: string, address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = asciiDomain(address.slice(at + 1));
  if (at < 1 || local.length > 64 || !localPart.test(local) || !domain || at + domain.length > 253) {
    throw new InvalidMessageError(`${part}: this is no address that mail can be sent to`);
  }
  return `${local}@${domain}`;
}

/** undefined where it is no domain; Node's reading of one leaves out line breaks and takes percent signs. */
function asciiDomain(domain: string): string | undefined {
  const ascii = domainName.test(domain) ? domainToASCII(domain) : '';
  return asciiDomainName.test(ascii) ? ascii : undefined;
}

function plainLine(part: string, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(text)) {
    throw new InvalidMessageError(`${part}: control characters and line breaks are not allowed`);
  }
  return text.toWellFormed();
}

function checkHeaders(message: Buffer): void {
  const head = message.subarray(0, message.indexOf('\r\n\r\n')).toString('latin1');
  for (const header of head.split(/\r\n(?![ \t])/)) {
    const name = header.slice(0, header.indexOf(':'));
    const size = header.replaceAll('\r\n', '').length - ': '.length;
    const longestLine = Math.max(...header.split('\r\n').map((line) => line.length));
    if (size > maxHeader || longestLine > maxHeaderLine)
      throw new InvalidMessageError(`${name}: the header is too long`);
  }
}
