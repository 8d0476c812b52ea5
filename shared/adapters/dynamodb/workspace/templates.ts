import { QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { tables } from '../../../contracts/tables.ts';
import { builtInTemplate } from '../../../domain/messages/built-in-templates.ts';
import { mailBlockSchema } from '../../../domain/messages/mail-blocks.ts';
import { laidOut } from '../../../domain/messages/mail-layout.ts';
import { type Channel, channels, messageClasses } from '../../../domain/messages/message-class.ts';
import { type Locale, locales, type MessageTemplate, nearestOf } from '../../../domain/messages/template.ts';
import type { StoredTemplate, TemplateReader, TemplateStore } from '../../../usecases/marketing-ports.ts';
import type { Clock, Versioned } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import {
  type Item,
  listValues,
  payloadOf,
  readItem,
  transact,
  versionedDelete,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'template';
const { partitionKey: KIND_KEY, sortKey: ID_KEY } = tables.workspace;

const storedTemplate = z.object({
  id: z.string(),
  channel: z.enum(channels),
  class: z.enum(messageClasses),
  locale: z.enum(locales),
  subject: z.string().exactOptional(),
  text: z.string(),
  html: z.string().exactOptional(),
  title: z.string().exactOptional(),
  preheader: z.string().exactOptional(),
  blocks: z.array(mailBlockSchema).exactOptional(),
  createdAt: z.int(),
  updatedAt: z.int(),
});

/** Ids hold no `#`. */
const keyOf = (id: string, channel: Channel, locale = '') => `${id}#${channel}#${locale}`;

/** The merchant's templates, one item for each channel and language; each change with its entry in the audit log. */
export function dynamoTemplateStore(
  table: WorkspaceTable,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): TemplateStore {
  const reader = dynamoTemplateReader(table, clock, cacheMs);
  const keyOfTemplate = ({ id, channel, locale }: MessageTemplate) => keyOf(id, channel, locale);
  return {
    ...reader,
    async readTemplate(id, channel, locale) {
      const item = await readItem(table, KIND, keyOf(id, channel, locale));
      return item && templateOf(item);
    },
    variantsOf: (id) => readByPrefix(table, `${id}#`),
    listTemplates: (after, limit) => listValues(table, { kind: KIND, after, limit }, templateOf),
    async saveTemplate({ value, version }, change) {
      await transact(table, [versionedPut(table, KIND, keyOfTemplate(value), version, value), auditPut(table, change)]);
      reader.forget();
    },
    async removeTemplate({ value, version }, change) {
      await transact(table, [versionedDelete(table, KIND, keyOfTemplate(value), version), auditPut(table, change)]);
      reader.forget();
    },
  };
}

/** Templates as they are rendered, for up to `cacheMs` as they were read; also that there is none is remembered. */
export function dynamoTemplateReader(
  table: WorkspaceTable,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): TemplateReader & { forget(): void } {
  const cache = new BriefCache<ReadonlyMap<Locale, MessageTemplate>>(clock, cacheMs);
  return {
    async template(id, channel, locale) {
      const own = await cache.get(keyOf(id, channel), () => readLanguages(table, id, channel));
      const languages = [...(own?.keys() ?? [])];
      const nearest = nearestOf(languages, locale) ?? languages[0];
      return (nearest && own?.get(nearest)) ?? builtInTemplate(id, channel, locale);
    },
    forget: () => cache.clear(),
  };
}

/** All languages of one message, in the order of `locales`. */
async function readLanguages(
  table: WorkspaceTable,
  id: string,
  channel: Channel,
): Promise<ReadonlyMap<Locale, MessageTemplate>> {
  const found = await readByPrefix(table, keyOf(id, channel));
  return new Map(
    locales.flatMap((locale) => {
      const template = found.find(({ value }) => value.locale === locale);
      return template ? [[locale, laidOut(template.value)] as const] : [];
    }),
  );
}

async function readByPrefix(table: WorkspaceTable, prefix: string): Promise<Versioned<StoredTemplate>[]> {
  const { Items = [] } = await named(
    table.client.send(
      new QueryCommand({
        TableName: table.name,
        ConsistentRead: true,
        KeyConditionExpression: '#kind = :kind AND begins_with(#id, :prefix)',
        ExpressionAttributeNames: { '#kind': KIND_KEY, '#id': ID_KEY },
        ExpressionAttributeValues: { ':kind': { S: KIND }, ':prefix': { S: prefix } },
      }),
    ),
  );
  return Items.map(templateOf);
}

function templateOf(item: Item): Versioned<StoredTemplate> {
  return { value: storedTemplate.parse(payloadOf(item)), version: versionOf(item) };
}
