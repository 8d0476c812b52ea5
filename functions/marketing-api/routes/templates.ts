import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { PreviewJson, templateRoutes } from '../../../shared/contracts/http/templates.ts';
import type { CustomerFile } from '../../../shared/domain/customers/customer-file.ts';
import { InvalidInputError, NotFoundError } from '../../../shared/domain/errors.ts';
import { builtInTemplates } from '../../../shared/domain/messages/built-in-templates.ts';
import { laidOut } from '../../../shared/domain/messages/mail-layout.ts';
import { type Channel, channels } from '../../../shared/domain/messages/message-class.ts';
import type { MessageTemplate } from '../../../shared/domain/messages/template.ts';
import { answerPage, pageOf } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { wrongInTemplate } from '../../../shared/usecases/messages/check-template.ts';
import { localeOf } from '../../../shared/usecases/messages/compose-message.ts';
import { type Preview, previewMessage } from '../../../shared/usecases/messages/preview-message.ts';
import {
  changeTemplate,
  createTemplate,
  removeTemplate,
  type TemplateDeps,
} from '../../../shared/usecases/messages/save-template.ts';
import { type AskTestDeps, askForTest } from '../../../shared/usecases/messages/send-test.ts';
import type { CustomerStore } from '../../../shared/usecases/ports.ts';
import { builtInView, previewView, templateView } from '../views/template.ts';

export interface TemplateApiDeps extends Omit<AskTestDeps, 'templates'>, TemplateDeps {
  readonly store: CustomerStore;
  readonly cursors: Cursors;
}

type Handlers = RouteHandlers<keyof typeof templateRoutes>;

export function templateHandlers(deps: TemplateApiDeps): Handlers {
  return { ...keepingHandlers(deps), ...tryingHandlers(deps) };
}

type Keeping = 'listTemplates' | 'createTemplate' | 'getTemplate' | 'changeTemplate' | 'removeTemplate';

function keepingHandlers(deps: TemplateApiDeps): Pick<Handlers, Keeping> {
  return {
    async listTemplates({ query }) {
      if (query.source === 'builtIn') {
        const entries = builtInTemplates.map((template) => ({ id: nameOf(template), template }));
        const { items, next } = pageOf(['templates', 'builtIn'], entries, query, deps.cursors);
        return json({ items: items.map(({ template }) => builtInView(template)), next });
      }
      const read = (after: string | undefined, limit: number) => deps.templates.listTemplates(after, limit);
      return answerPage(['templates'], query, deps.cursors, read, templateView);
    },
    createTemplate: async ({ body, actor }) => json(templateView(await createTemplate(body, actor, deps)), 201),
    async getTemplate({ params: { id } }) {
      const own = (await deps.templates.variantsOf(id)).map(templateView);
      const builtIn = builtInTemplates.filter(
        (one) => one.id === id && !own.some((other) => nameOf(other) === nameOf(one)),
      );
      const items = [...own, ...builtIn.map(builtInView)];
      if (items.length === 0) throw new NotFoundError(`There is no template ${id}.`);
      return json({ items, next: null });
    },
    changeTemplate: async ({ params: { id }, query, body, actor }) =>
      json(templateView(await changeTemplate({ id, ...query }, body, actor, deps))),
    async removeTemplate({ params: { id }, query, actor }) {
      await removeTemplate({ id, ...query }, actor, deps);
      return noContent;
    },
  };
}

function nameOf({ id, channel, locale }: Pick<MessageTemplate, 'id' | 'channel' | 'locale'>): string {
  return `${id} ${channel} ${locale}`;
}

function tryingHandlers(deps: TemplateApiDeps): Omit<Handlers, Keeping> {
  const shown = async (preview: Preview, { locale }: MessageTemplate): Promise<PreviewJson> =>
    previewView(preview, locale, (await deps.settings.settings(deps.clock.now())).baseCurrency);
  return {
    async previewNewTemplate({ body: { template, customer, ...asked } }) {
      const wrong = wrongInTemplate(template, deps.renderer);
      if (wrong.length > 0) {
        throw new InvalidInputError(wrong.map(({ field, message }) => ({ field: `template.${field}`, message })));
      }
      const file = await fileOf(customer, deps);
      return json(await shown(await previewMessage(laidOut(template), subjectOf(asked, file), deps), template));
    },
    async previewTemplate({ params: { id }, body: { channel, locale, customer, ...asked } }) {
      const file = await fileOf(customer, deps);
      const template = await templateFor(id, channel ? [channel] : channels, locale, file, deps);
      return json(await shown(await previewMessage(template, subjectOf(asked, file), deps), template));
    },
    async testTemplate({ params: { id }, body: { channel, locale, customer, to, ...asked }, actor }) {
      const file = await fileOf(customer, deps);
      const likely = to.includes('@') ? (['email'] as const) : (['sms'] as const);
      const template = await templateFor(id, channel ? [channel] : likely, locale, file, deps);
      const preview = await askForTest(template, { ...subjectOf(asked, file), to }, actor, deps);
      return json(await shown(preview, template), 202);
    },
  };
}

interface Asked {
  readonly shop?: string | undefined;
  readonly vars?: Readonly<Record<string, string | number>> | undefined;
}

function subjectOf({ shop, vars }: Asked, file: CustomerFile | undefined) {
  return { ...(file && { file }), ...(shop !== undefined && { shop }), ...(vars && { vars }) };
}

async function fileOf(customer: string | undefined, { store }: TemplateApiDeps): Promise<CustomerFile | undefined> {
  if (customer === undefined) return undefined;
  const file = await readCustomer(customer, store);
  if (!file) throw new NotFoundError('There is no such customer.');
  return file;
}

/** In the language asked for, else the customer's, on the first of these channels that has it. */
async function templateFor(
  id: string,
  over: readonly Channel[],
  locale: string | undefined,
  file: CustomerFile | undefined,
  { templates }: Pick<TemplateApiDeps, 'templates'>,
): Promise<MessageTemplate> {
  const language = locale ?? (file ? localeOf(file, undefined) : 'zh-CN');
  for (const channel of over) {
    const template = await templates.template(id, channel, language);
    if (template) return template;
  }
  throw new NotFoundError(`There is no template ${id} for ${over.join(' or ')}.`);
}
