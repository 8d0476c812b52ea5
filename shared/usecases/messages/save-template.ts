import type { NewTemplate, TemplateChange } from '../../contracts/http/templates.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { Locale, MessageTemplate } from '../../domain/messages/template.ts';
import { withoutNulls } from '../../domain/settings/patch-messaging.ts';
import type { StoredTemplate, TemplateStore } from '../marketing-ports.ts';
import { type Actor, type AuditedChange, type Clock, ConflictError, type Versioned } from '../ports.ts';
import { wrongInTemplate } from './check-template.ts';
import type { Renderer } from './messaging-ports.ts';

export interface TemplateDeps {
  readonly templates: TemplateStore;
  readonly renderer: Renderer;
  readonly clock: Clock;
}

/** One message in one language. */
export interface TemplateName {
  readonly id: string;
  readonly channel: Channel;
  readonly locale: Locale;
}

/** @throws InvalidInputError naming what is wrong in it, StateConflictError where there is one in this channel and language */
export async function createTemplate(
  wanted: NewTemplate,
  actor: Actor,
  deps: TemplateDeps,
): Promise<Versioned<StoredTemplate>> {
  refuseWrong(wanted, deps);
  const now = deps.clock.now();
  const value: StoredTemplate = { ...wanted, createdAt: now, updatedAt: now };
  const change = changeOf(wanted, 'template.created', [], actor, now);
  try {
    await deps.templates.saveTemplate({ value, version: 0 }, change);
  } catch (error) {
    const { id, channel, locale } = wanted;
    if (error instanceof ConflictError && (await deps.templates.readTemplate(id, channel, locale))) {
      throw new StateConflictError(`There is a template ${id} for ${channel} in ${locale} already.`);
    }
    throw error;
  }
  return { value, version: 1 };
}

/**
 * Saves the next version; null takes a part of a mail away.
 * @throws NotFoundError, InvalidInputError, ConflictError where it is at another version
 */
export async function changeTemplate(
  name: TemplateName,
  { version: wanted, ...patch }: TemplateChange,
  actor: Actor,
  deps: TemplateDeps,
): Promise<Versioned<StoredTemplate>> {
  const { value: before, version } = await existingTemplate(name, deps);
  if (wanted !== undefined && wanted !== version) {
    throw new ConflictError(`template ${name.id} is at version ${version}`);
  }
  const now = deps.clock.now();
  const given = Object.fromEntries(Object.entries(patch).filter(([, part]) => part !== undefined));
  const value = withoutNulls({ ...before, ...given, updatedAt: now }) as StoredTemplate;
  refuseWrong(value, deps);
  const change = changeOf(name, 'template.changed', Object.keys(given), actor, now);
  await deps.templates.saveTemplate({ value, version }, change);
  return { value, version: version + 1 };
}

/** What goes out under this id afterwards is the built-in template, where there is one. @throws NotFoundError, ConflictError */
export async function removeTemplate(name: TemplateName, actor: Actor, deps: TemplateDeps): Promise<void> {
  const known = await existingTemplate(name, deps);
  await deps.templates.removeTemplate(known, changeOf(name, 'template.removed', [], actor, deps.clock.now()));
}

async function existingTemplate(
  { id, channel, locale }: TemplateName,
  { templates }: Pick<TemplateDeps, 'templates'>,
): Promise<Versioned<StoredTemplate>> {
  const template = await templates.readTemplate(id, channel, locale);
  if (!template) throw new NotFoundError(`There is no template ${id} of yours for ${channel} in ${locale}.`);
  return template;
}

function refuseWrong(template: MessageTemplate, { renderer }: Pick<TemplateDeps, 'renderer'>): void {
  const wrong = wrongInTemplate(template, renderer);
  if (wrong.length > 0) throw new InvalidInputError(wrong);
}

function changeOf(
  { id, channel, locale }: TemplateName,
  action: string,
  changed: readonly string[],
  actor: Actor,
  at: number,
): AuditedChange {
  return { actor, at, action, target: `template/${id}/${channel}/${locale}`, changed };
}
