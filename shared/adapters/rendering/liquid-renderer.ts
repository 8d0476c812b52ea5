import { type Context, Liquid, type Template } from 'liquidjs';
import { locales, type MessageTemplate } from '../../domain/messages/template.ts';
import { TemplateError, type TemplatePart } from '../../domain/messages/template-error.ts';
import { formatMoney, parseAmount } from '../../domain/money.ts';
import type { Renderer } from '../../usecases/messages/messaging-ports.ts';

/** Templates are written by a shop's staff and filled with what customers typed: neither is trusted. */
const limits = {
  /** Characters of one template. */
  parseLimit: 100_000,
  /** Milliseconds of one rendering; high enough that a busy machine does not fail a good message. */
  renderLimit: 1_000,
  /** Characters put out or made on the way. */
  memoryLimit: 1_000_000,
};

/** They read other templates; there are none to read. */
const withdrawnTags = ['include', 'render', 'layout', 'block'];
/** `raw` would put a customer's text into HTML as it is, `json` and `inspect` print whole objects, a made tag is escaped. */
const withdrawnFilters = ['raw', 'json', 'jsonify', 'inspect', 'newline_to_br'];
/** All output is escaped once, as its part needs; templates brought from elsewhere often ask for it again. */
const needlessFilters = ['escape', 'escape_once', 'xml_escape'];

const maxCachedTemplates = 200;

/**
 * Liquid, locked down: no files, no inherited properties, a second to render at most. HTML is escaped; subject and
 * text are not, but the subject is one line and no part holds control characters. A variable that is missing or null is
 * an error, unless the template asks for it by `if` or gives it a `default`.
 */
export function liquidRenderer(timeLimitMs: number = limits.renderLimit): Renderer {
  const html = partRenderer(escapeHtml, timeLimitMs);
  const plain = partRenderer((text) => text, timeLimitMs);
  const analyst = lockedDownLiquid((text) => text, timeLimitMs);
  const asked = new WeakMap<MessageTemplate, ReadonlySet<string>>();
  return {
    variablesOf(template) {
      const known = asked.get(template);
      if (known) return known;
      const fresh = new Set(partsOf(template).flatMap(([part, source]) => globalVariables(part, source, analyst)));
      asked.set(template, fresh);
      return fresh;
    },
    render({ subject, text, html: markup }, variables) {
      return {
        ...(subject !== undefined && { subject: oneLine(plain('subject', subject, variables)) }),
        text: plain('text', text, variables),
        ...(markup !== undefined && { html: html('html', markup, variables) }),
      };
    },
  };
}

function partsOf({ subject, text, html }: MessageTemplate): [TemplatePart, string][] {
  return [
    ...(subject === undefined ? [] : [['subject', subject] as [TemplatePart, string]]),
    ['text', text],
    ...(html === undefined ? [] : [['html', html] as [TemplatePart, string]]),
  ];
}

/** What a part asks of whoever renders it: what it makes itself, by assign and for, is left out. */
function globalVariables(part: TemplatePart, source: string, engine: Liquid): string[] {
  try {
    return engine.globalFullVariablesSync(engine.parse(source));
  } catch (error) {
    throw templateError(part, error);
  }
}

type PartRenderer = (part: TemplatePart, source: string, variables: object) => string;

function partRenderer(encode: (text: string) => string, renderLimit: number): PartRenderer {
  const engine = lockedDownLiquid(encode, renderLimit);
  const cache = new Map<string, Template[]>();
  return (part, source, variables) => {
    try {
      const output = String(engine.renderSync(parsed(engine, cache, source), variables));
      if (output.length > limits.memoryLimit) throw new Error('output limit exceeded');
      return withoutControls(output);
    } catch (error) {
      throw templateError(part, error);
    }
  };
}

function lockedDownLiquid(encode: (text: string) => string, renderLimit: number): Liquid {
  const engine = new Liquid({
    ...limits,
    renderLimit,
    // With templates given in memory no loader touches the file system.
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    outputEscape(this: { readonly context: Context }, value: unknown) {
      const text = encode(printable(value));
      // liquidjs does not count what is put out, and {% capture %} can double it.
      this.context.memoryLimit.use(text.length);
      return text;
    },
  });
  for (const tag of withdrawnTags) delete engine.tags[tag];
  for (const filter of withdrawnFilters) delete engine.filters[filter];
  for (const filter of needlessFilters) engine.registerFilter(filter, (value: unknown) => value);
  engine.registerFilter('money', function (this: { readonly context: Context }, amount: unknown, currency: unknown) {
    return moneyText(amount, currency, localeOf(this.context));
  });
  return engine;
}

function localeOf({ environments }: Context): string {
  const { locale } = environments as { readonly locale?: unknown };
  return typeof locale === 'string' ? locale : locales[0];
}

/** `{{ trigger.refundAmount | money: trigger.currency }}`: "20.00" as the message's language writes it; what is no amount, as it is. */
function moneyText(amount: unknown, currency: unknown, locale: string): unknown {
  if (typeof amount !== 'string' && typeof amount !== 'number') return amount;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return amount;
  const minor = parseAmount(String(amount), currency);
  return minor === undefined ? `${amount} ${currency}` : formatMoney({ amount: minor, currency }, locale);
}

function parsed(engine: Liquid, cache: Map<string, Template[]>, source: string): Template[] {
  const known = cache.get(source);
  if (known) return known;
  const fresh = engine.parse(source);
  const oldest = cache.keys().next();
  if (cache.size >= maxCachedTemplates && !oldest.done) cache.delete(oldest.value);
  cache.set(source, fresh);
  return fresh;
}

/** Text of a value that a reader can make sense of; an empty text is one, `null` and objects are not. */
function printable(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new Error(value === undefined || value === null ? 'there is nothing to print' : 'this is no text or number');
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? character);
}

/** Keeps line feeds and tabs; lone surrogates, which no encoding can carry, become U+FFFD. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '').toWellFormed();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function templateError(part: TemplatePart, error: unknown): TemplateError {
  const variable = missingVariable(error);
  if (variable !== undefined) return new TemplateError(part, `the variable ${variable} is missing`, variable);
  return new TemplateError(part, `${reasonOf(error)}${placeOf(error)}`);
}

/** liquidjs wraps the error that knows the name. */
function missingVariable(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = 'originalError' in cause ? cause.originalError : undefined) {
    if ('variableName' in cause && typeof cause.variableName === 'string') return cause.variableName;
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be rendered';
}

/** The expression that failed, as it stands in the template. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error) || !('token' in error)) return '';
  const token = error.token;
  if (typeof token !== 'object' || token === null || !('getText' in token) || typeof token.getText !== 'function')
    return '';
  return `: ${String(token.getText()).slice(0, 80)}`;
}
