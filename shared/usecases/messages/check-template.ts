import type { WrongField } from '../../domain/errors.ts';
import { laidOut } from '../../domain/messages/mail-layout.ts';
import { type Channel, isTransactional } from '../../domain/messages/message-class.ts';
import { locales, type MessageTemplate } from '../../domain/messages/template.ts';
import { TemplateError, type TemplatePart } from '../../domain/messages/template-error.ts';
import {
  exampleVariables,
  isKnownVariable,
  richestSituation,
  type Situation,
} from '../../domain/messages/template-variables.ts';
import type { TemplateReader } from '../marketing-ports.ts';
import type { Renderer } from './messaging-ports.ts';

/**
 * What is wrong with a template as it is to be saved (DOMAIN 10a): parts that its channel does not have, text that cannot be
 * parsed, variables that are never offered or may be missing, a marketing mail without a way out.
 */
export function wrongInTemplate(template: MessageTemplate, renderer: Renderer): WrongField[] {
  const shape = wrongParts(template);
  if (shape.length > 0) return shape;
  const asked = askedByPart(template, renderer);
  if (!Array.isArray(asked)) return [asked.wrong];
  const unknown = asked.flatMap(({ field, variables }) => variables.flatMap((path) => unknownVariable(field, path)));
  if (unknown.length > 0) return unknown;
  const missing = missingIn(laidOut(template), richestSituation(template.class), renderer);
  return missing ? [{ field: fieldOf(template, missing.part), message: missing.message }] : wayOut(template, asked);
}

function wrongParts({ channel, subject, html, title, preheader, blocks }: MessageTemplate): WrongField[] {
  if (channel === 'email') {
    return [
      ...(subject === undefined ? [{ field: 'subject', message: 'is needed by a mail' }] : []),
      ...(html !== undefined && blocks ? [{ field: 'blocks', message: 'give html or blocks, not both' }] : []),
    ];
  }
  return Object.entries({ subject, html, title, preheader, blocks }).flatMap(([field, part]) =>
    part === undefined ? [] : [{ field, message: 'is for mails only' }],
  );
}

interface Asked {
  readonly field: string;
  readonly variables: readonly string[];
}

/** Variables by the field they stand in. */
function askedByPart(template: MessageTemplate, renderer: Renderer): Asked[] | { readonly wrong: WrongField } {
  const { subject, text, html } = laidOut(template);
  const bare = { id: template.id, channel: template.channel, class: template.class, locale: template.locale };
  const asked: Asked[] = [];
  for (const [part, source] of Object.entries({ subject, text, html })) {
    if (source === undefined) continue;
    const field = fieldOf(template, part);
    try {
      asked.push({ field, variables: [...renderer.variablesOf({ ...bare, text: source })] });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { wrong: { field, message: error.message.replace(/^text: /, '') } };
    }
  }
  return asked;
}

/** The layout is made of blocks, or else of the text. */
function fieldOf({ html, blocks }: MessageTemplate, part: string): string {
  if (part !== 'html' || html !== undefined) return part;
  return blocks ? 'blocks' : 'text';
}

function unknownVariable(field: string, path: string): WrongField[] {
  return isKnownVariable(path) ? [] : [{ field, message: `there is no variable ${path}` }];
}

/** The whole name of a variable that is missing: what cannot be found is often all that it would stand in. */
export function missingName(variable: string, asked: ReadonlySet<string>): string {
  return [...asked].find((path) => path.startsWith(`${variable}.`)) ?? variable;
}

/** A marketing mail with a page of its own has to say how to be left alone. */
function wayOut({ channel, class: messageClass, html }: MessageTemplate, asked: readonly Asked[]): WrongField[] {
  if (channel !== 'email' || html === undefined || isTransactional(messageClass)) return [];
  const says = asked.some(({ field, variables }) => field === 'html' && variables.includes('unsubscribe.url'));
  return says
    ? []
    : [{ field: 'html', message: 'must have a link to {{ unsubscribe.url }}: it is no transactional mail' }];
}

/** What keeps a template from being filled in this situation: at its best, or where what is optional is not there. */
function missingIn(template: MessageTemplate, situation: Situation, renderer: Renderer): Missing | undefined {
  const asked = renderer.variablesOf(template);
  for (const withOptional of [true, false]) {
    try {
      renderer.render(template, exampleVariables(situation, template.locale, asked, withOptional));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const { part, variable, message } = error;
      if (variable === undefined) return { part, message: unprintable(message, withOptional) };
      const name = missingName(variable, asked);
      return {
        part,
        message: withOptional
          ? `${name} is not there in such a message`
          : `${name} may be missing: give it a default, or ask for it by if`,
      };
    }
  }
  return undefined;
}

/** What is null where it is not known cannot be put out as it is. */
function unprintable(message: string, withOptional: boolean): string {
  const said = message.replace(/^\w+: /, '');
  return withOptional ? said : `${said}, which may be missing: give it a default, or ask for it by if`;
}

interface Missing {
  readonly part: TemplatePart;
  readonly message: string;
}

/**
 * Why a step or a campaign cannot send this template, in words (DOMAIN 10a: "a missing variable is an error at review");
 * none where it can. Every language it would go out in is looked at.
 */
export async function templateProblems(
  wanted: { readonly template: string; readonly channel: Channel },
  situation: Situation,
  { templates, renderer }: { readonly templates: TemplateReader; readonly renderer: Renderer },
): Promise<string[]> {
  const { template: id, channel } = wanted;
  const name = `template ${id} for ${channel}`;
  const all = await Promise.all(locales.map((locale) => templates.template(id, channel, locale)));
  const found = [...new Set(all.filter((template) => template !== undefined))];
  if (found.length === 0) return [`there is no ${name}`];
  return found.flatMap((template) => {
    const where = `${name} in ${template.locale}`;
    if (template.class !== situation.class) return [`${where} is of class ${template.class}, not ${situation.class}`];
    const missing = missingIn(template, situation, renderer);
    return missing ? [`${where}: ${missing.message}`] : [];
  });
}
