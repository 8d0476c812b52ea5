import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { definitionId } from '../../domain/definition-values.ts';
import { mailBlockSchema } from '../../domain/messages/mail-blocks.ts';
import { channels, messageClasses } from '../../domain/messages/message-class.ts';
import { locales } from '../../domain/messages/template.ts';
import { variableNames } from '../../domain/messages/template-variables.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, moneySchema, pageQuery } from './values.ts';

/** Templates of messages: their versions, checks, previews and test sends. */

const id = definitionId.meta({
  description: 'As campaigns and journeys name it; that of a built-in template takes its place',
  example: 'spring-tea',
});
const channel = z.enum(channels);
const locale = z.enum(locales);
const wellFormed = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => text.isWellFormed(), 'is not well-formed text');

const parts = {
  subject: wellFormed(300).exactOptional().meta({ description: 'Email only, and needed there' }),
  text: wellFormed(20_000).meta({ description: 'Liquid. Of a text message: signature and opt-out text are added' }),
  html: wellFormed(100_000).exactOptional().meta({ description: 'Email only: a page of your own' }),
  title: wellFormed(300).exactOptional().meta({ description: 'Above the blocks; left out, the subject' }),
  preheader: wellFormed(300).exactOptional().meta({ description: 'What an inbox shows beside the subject' }),
  blocks: z
    .array(mailBlockSchema)
    .min(1)
    .max(40)
    .exactOptional()
    .meta({ description: 'What the layout is put around; without blocks and html, around the text' }),
};

export const newTemplateSchema = z
  .strictObject({ id, channel, class: z.enum(messageClasses), locale, ...parts })
  .meta({ id: 'NewTemplate' });
export type NewTemplate = z.output<typeof newTemplateSchema>;

export const templateChangeSchema = z.strictObject({
  class: z.enum(messageClasses).optional(),
  subject: parts.subject.unwrap().optional(),
  text: parts.text.optional(),
  html: parts.html.unwrap().nullable().optional(),
  title: parts.title.unwrap().nullable().optional(),
  preheader: parts.preheader.unwrap().nullable().optional(),
  blocks: parts.blocks.unwrap().nullable().optional(),
  version: z.int().optional().meta({ description: 'If given, the change is refused (409) on any other version' }),
});
export type TemplateChange = z.output<typeof templateChangeSchema>;

export const templateSchema = z
  .strictObject({
    id: z.string(),
    channel,
    class: z.enum(messageClasses),
    locale,
    subject: z.string().nullable(),
    text: z.string(),
    html: z.string().nullable(),
    title: z.string().nullable(),
    preheader: z.string().nullable(),
    blocks: z.array(mailBlockSchema).nullable(),
    builtIn: z.boolean(),
    version: z.int().meta({ description: '0 for a built-in template' }),
    createdAt: instantSchema.nullable(),
    updatedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Template' });
export type TemplateJson = z.input<typeof templateSchema>;

const vars = z
  .record(z.string().regex(/^[a-zA-Z]\w{0,39}$/), z.union([z.string().max(500), z.number()]))
  .meta({ description: 'What the cause would bring, as trigger.*' });

const subject = {
  customer: z.string().min(1).max(200).optional().meta({ description: 'Id of a customer; left out: somebody made up' }),
  shop: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({ description: 'Who speaks; left out: the shop of the last purchase' }),
  vars: vars.optional(),
};

export const previewSchema = z
  .strictObject({
    channel,
    locale,
    subject: z.string().nullable(),
    text: z.string(),
    html: z.string().nullable(),
    sms: z
      .strictObject({
        encoding: z.enum(['GSM-7', 'UCS-2']),
        units: z.int().meta({ description: 'Septets, or 16-bit units' }),
        parts: z.int(),
        country: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'Signature, opt-out text and rewritten links counted in' }),
    cost: moneySchema.meta({ description: 'Of this one message, in the base currency, exactly' }),
    links: z.array(z.string()).meta({ description: 'Where links lead whose clicks are counted' }),
  })
  .meta({ id: 'MessagePreview' });
export type PreviewJson = z.input<typeof previewSchema>;

const params = z.object({ id: z.string() });
const name = z.strictObject({ channel, locale });
const writers = ['admin', 'marketer'] as const;
const one = { description: 'The template', schema: templateSchema };
const previewed = { 200: { description: 'As it would leave', schema: previewSchema } };

export const templateRoutes = {
  listTemplates: {
    method: 'GET',
    path: '/v1/templates',
    roles,
    tag: 'Templates',
    summary: 'Your own templates, or the built-in ones',
    query: z.strictObject({
      ...pageQuery,
      source: z.enum(['own', 'builtIn']).optional().meta({ description: 'Left out: your own' }),
    }),
    answers: { 200: { description: 'A page of templates', schema: listOf(templateSchema) } },
  },
  createTemplate: {
    method: 'POST',
    path: '/v1/templates',
    roles: writers,
    tag: 'Templates',
    summary: 'Saves a template in one language for one channel',
    description:
      `Text is Liquid, without files and HTML escapes of its own. Variables: ${variableNames.join(', ')}. One that does not exist, or that may be ` +
      'missing and has no default, is refused by name. 409 where there is one in this channel and language.',
    body: newTemplateSchema,
    answers: { 201: one },
  },
  previewNewTemplate: {
    method: 'POST',
    path: '/v1/templates/preview',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Templates',
    summary: 'A template that is not saved, as a customer would get it',
    body: z.strictObject({ template: newTemplateSchema, ...subject }),
    answers: previewed,
  },
  getTemplate: {
    method: 'GET',
    path: '/v1/templates/{id}',
    roles,
    tag: 'Templates',
    summary: 'A message in all its channels and languages',
    description: 'Where there is none of your own, the built-in one.',
    params,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Its templates', schema: listOf(templateSchema) } },
  },
  changeTemplate: {
    method: 'PATCH',
    path: '/v1/templates/{id}',
    roles: writers,
    tag: 'Templates',
    summary: 'Saves the next version of a template',
    description: 'Messages that leave two seconds later have it. null takes a part of a mail away.',
    params,
    query: name,
    body: templateChangeSchema,
    answers: { 200: one },
  },
  removeTemplate: {
    method: 'DELETE',
    path: '/v1/templates/{id}',
    roles: writers,
    tag: 'Templates',
    summary: 'Removes a template',
    description: 'A message that still names it fails, unless there is one in another language, or a built-in one.',
    params,
    query: name,
    answers: { 204: { description: 'It is gone' } },
  },
  previewTemplate: {
    method: 'POST',
    path: '/v1/templates/{id}/preview',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Templates',
    summary: 'A saved or built-in template, as a customer would get it',
    params,
    body: z.strictObject({
      channel: channel.optional().meta({ description: 'Left out: the first that has it' }),
      locale: locale.optional().meta({ description: 'Left out: the customer’s' }),
      ...subject,
    }),
    answers: previewed,
  },
  testTemplate: {
    method: 'POST',
    path: '/v1/templates/{id}/test',
    roles: writers,
    tag: 'Templates',
    summary: 'Sends a template to an address of yours, marked as a test',
    description:
      'Past the gates, and counted nowhere; not to an address that has bounced, complained or said stop. Its links lead nowhere. It goes to ' +
      'nobody’s record: who sent it is in the audit log, the address is not.',
    params,
    body: z.strictObject({
      to: z.string().trim().min(3).max(320).meta({ description: 'An address or a phone, as the channel needs it' }),
      channel: channel.exclude(['webhook']).optional(),
      locale: locale.optional(),
      ...subject,
    }),
    answers: { 202: { description: 'It is on its way', schema: previewSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
