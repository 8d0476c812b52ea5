import type { TestCall } from '../../contracts/work.ts';
import { blockOf } from '../../domain/contact-policy/standing.ts';
import { normaliseEmail, normalisePhone } from '../../domain/customers/identity.ts';
import { InvalidInputError, StateConflictError } from '../../domain/errors.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { Locale, MessageTemplate, RenderedMessage } from '../../domain/messages/template.ts';
import type { TemplateReader } from '../marketing-ports.ts';
import type { Actor, AuditLog } from '../ports.ts';
import type { ChannelSender, Handover, OutgoingMessage, Pacer, TestQueue, TouchStore } from './messaging-ports.ts';
import { addressKeyOf } from './plan-touches.ts';
import { type Preview, type PreviewDeps, type PreviewSubject, previewMessage } from './preview-message.ts';

export interface AskTestDeps extends PreviewDeps {
  readonly audit: Pick<AuditLog, 'record'>;
  readonly queues: TestQueue;
}

/**
 * Has a template sent to an address of the merchant's: shown first, so that what is wrong with it is known at once.
 * @throws InvalidInputError, StateConflictError for an address that wants nothing or takes nothing
 */
export async function askForTest(
  template: MessageTemplate,
  asked: PreviewSubject & { readonly to: string },
  actor: Actor,
  deps: AskTestDeps,
): Promise<Preview> {
  const { channel, locale, id } = template;
  const to = addressGiven(channel, asked.to);
  await refuseBlocked(channel, to, deps);
  const preview = await previewMessage(template, { ...asked, to }, deps);
  const { file, shop, vars } = asked;
  const at = deps.clock.now();
  await deps.audit.record({
    actor,
    at,
    action: 'template.tested',
    target: `template/${id}/${channel}/${locale}`,
    changed: [],
  });
  await deps.queues.try({
    test: {
      template: id,
      channel,
      locale,
      to,
      ...(file && { customer: file.id }),
      ...(shop !== undefined && { shop }),
      ...(vars && { vars }),
    },
  });
  return preview;
}

function addressGiven(channel: Channel, text: string): string {
  const address = channel === 'sms' ? normalisePhone(text) : normaliseEmail(text);
  if (address !== undefined) return address;
  const message = channel === 'sms' ? 'must be a phone with its country: +8613800138000' : 'must be an email address';
  throw new InvalidInputError([{ field: 'to', message }]);
}

/** A test goes past the gates, and yet not to who has complained or said stop: the sender's name is at stake. */
async function refuseBlocked(
  channel: Channel,
  to: string,
  {
    touches,
    identityHash,
  }: { readonly touches: Pick<TouchStore, 'readLive'>; readonly identityHash: (text: string) => string },
): Promise<void> {
  const key = addressKeyOf(channel, to, identityHash);
  const row = (await touches.readLive({ addresses: [key] })).addresses.get(key)?.value;
  const block = row && blockOf(row);
  if (block) throw new StateConflictError(`Nothing goes to this address any more: ${block.reason}.`);
}

export interface SendTestDeps extends PreviewDeps {
  readonly templates: TemplateReader;
  readonly senders: Readonly<Record<Channel, ChannelSender>>;
  readonly pacer: Pacer;
}

/** Composes it and hands it over, marked as a test; nothing of it is written down, and it is tried once. */
export async function sendTest({ test }: TestCall, remainingMs: () => number, deps: SendTestDeps): Promise<Handover> {
  const { template: id, channel, locale, to, customer, shop, vars } = test;
  const template = await deps.templates.template(id, channel, locale);
  if (!template) return { type: 'refused', reason: 'template', later: false };
  const found =
    customer === undefined ? undefined : (await deps.touches.readLive({ customers: [customer] })).files.get(customer);
  const file = found?.value.type === 'file' ? found.value.file : undefined;
  const subject = { to, ...(file && { file }), ...(shop !== undefined && { shop }), ...(vars && { vars }) };
  const { composed } = await previewMessage(template, subject, deps);
  if (!(await deps.pacer.turn(channel, remainingMs()))) return { type: 'refused', reason: 'pace', later: true };
  return deps.senders[channel].send(marked(composed.message, template.locale));
}

const mark: Readonly<Record<Locale, string>> = { 'zh-CN': '[测试] ', en: '[Test] ' };

function marked(message: OutgoingMessage, locale: Locale): OutgoingMessage {
  const { subject, ...content } = message.content;
  const shown: RenderedMessage =
    subject === undefined
      ? { ...content, text: `${mark[locale]}${content.text}` }
      : { ...content, subject: `${mark[locale]}${subject}` };
  return { ...message, content: shown };
}
