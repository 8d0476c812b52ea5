import * as z from 'zod';
import { exportKinds } from '../exports/export-kinds.ts';
import { importKinds } from '../imports/columns.ts';
import { encodings, fileFormats } from '../imports/file-layout.ts';
import { importPresets } from '../imports/presets.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, nullableInstant, pageQuery } from './values.ts';

/** Files in and out: imports of orders, customers and products, and exports. */

const statuses = ['waiting', 'running', 'done', 'failed'] as const;
const shopId = z.string().min(1).max(40);
const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: `must be one of: ${names.join(', ')}` });

const newImportSchema = z.strictObject({
  kind: oneOf(importKinds),
  format: oneOf(fileFormats),
  shop: shopId,
  preset: oneOf(importPresets)
    .exactOptional()
    .meta({ description: 'Headings of a platform’s export of orders; CSV only' }),
  mapping: z
    .record(z.string().min(1).max(100), z.string().min(1).max(200))
    .exactOptional()
    .meta({ description: 'Field -> heading, beside or instead of a preset; CSV only', example: { id: 'Order no.' } }),
  encoding: oneOf(encodings)
    .exactOptional()
    .meta({ description: 'Of CSV: as the headings say, unless given. NDJSON is in UTF-8' }),
  asOf: instantSchema.exactOptional().meta({
    description:
      'When the file was made: what its rows say without a time of their own was said then. Now, unless given',
  }),
});

const counts = z.strictObject({
  read: z.int(),
  recorded: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
});

const link = z.strictObject({ url: z.string(), expiresAt: instantSchema });

const importJob = {
  id: z.string(),
  kind: z.enum(importKinds),
  format: z.enum(fileFormats),
  shop: z.string(),
  preset: z.enum(importPresets).nullable(),
  status: z.enum(statuses),
  rows: counts.meta({ description: 'Rows of data; read is the sum of the others' }),
  bytes: z.int().nullable(),
  parts: z.int().nullable().meta({ description: 'Known once the file is cut up' }),
  partsDone: z.int(),
  createdAt: instantSchema,
  startedAt: nullableInstant,
  finishedAt: nullableInstant,
  failure: z.string().nullable().meta({ description: 'Why nothing could be read of it' }),
  rejected: link.nullable().meta({ description: 'CSV of the rows that are not in: row, id, field, reason' }),
};
export const importSchema = z.strictObject(importJob).meta({ id: 'Import' });
export type ImportJson = z.input<typeof importSchema>;

export const exportSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(exportKinds),
    format: z.enum(fileFormats),
    shop: z.string().nullable(),
    segment: z.string().nullable(),
    personal: z.boolean().meta({ description: 'Names, addresses and phones are in it' }),
    status: z.enum(statuses),
    rows: z.int(),
    createdAt: instantSchema,
    finishedAt: nullableInstant,
    file: link.nullable().meta({ description: 'For ten minutes; ask again for another link' }),
  })
  .meta({ id: 'Export' });
export type ExportJson = z.input<typeof exportSchema>;

const idParams = z.object({ id: z.string().min(1).max(60) });
const importers = ['admin', 'marketer', 'service'] as const;
const exporters = ['admin', 'marketer', 'service', 'analyst'] as const;
const anImport = { description: 'The import', schema: importSchema } as const;
const anExport = { description: 'The export', schema: exportSchema } as const;

export const transferRoutes = {
  createImport: {
    method: 'POST',
    path: '/v1/imports',
    roles: importers,
    tag: 'Files',
    summary: 'Announces a file of orders, customers or products',
    description:
      'Then PUT the file to `upload.url`, or in parts to the links that `/parts` gives, and POST to `/start`. CSV with a row of headings, or NDJSON with one object per line as webhooks have it under `data`; customers also as exports have them. Rows of one order stand next to each other. The same file again changes nothing; no message is ever sent for what is imported.',
    body: newImportSchema,
    answers: {
      201: {
        description: 'The import, and where to put its file',
        schema: z
          .strictObject({
            ...importJob,
            upload: z.strictObject({
              url: z.string(),
              expiresAt: instantSchema,
              partBytes: z.int().meta({ description: 'A good size for parts; at least 5 MiB but for the last' }),
            }),
          })
          .meta({ id: 'NewImport' }),
      },
    },
  },
  listImports: {
    method: 'GET',
    path: '/v1/imports',
    roles: importers,
    tag: 'Files',
    summary: 'Imports, newest first',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of imports', schema: listOf(importSchema) } },
  },
  getImport: {
    method: 'GET',
    path: '/v1/imports/{id}',
    roles: importers,
    tag: 'Files',
    summary: 'How far an import is, and the rows that are not in',
    params: idParams,
    answers: { 200: anImport },
  },
  linkImportParts: {
    method: 'POST',
    path: '/v1/imports/{id}/parts',
    roles: importers,
    tag: 'Files',
    summary: 'Links to which parts of a large file are PUT',
    params: idParams,
    body: z.strictObject({ numbers: z.array(z.int().min(1).max(10_000)).min(1).max(100) }),
    answers: {
      200: {
        description: 'A link for each part; keep the ETag of each answer for `/start`',
        schema: z.strictObject({
          parts: z.array(z.strictObject({ number: z.int(), url: z.string() })),
          expiresAt: instantSchema,
        }),
      },
    },
  },
  startImport: {
    method: 'POST',
    path: '/v1/imports/{id}/start',
    roles: importers,
    tag: 'Files',
    summary: 'Starts an import, its file being there',
    params: idParams,
    body: z.strictObject({
      etags: z
        .array(z.string().min(1).max(200))
        .max(10_000)
        .exactOptional()
        .meta({ description: 'Of the parts, in their order; none where the file was put as a whole' }),
    }),
    answers: { 200: anImport },
  },
  createExport: {
    method: 'POST',
    path: '/v1/exports',
    roles: exporters,
    tag: 'Files',
    summary: 'Writes customers, orders or messages into a file',
    description:
      'For an analyst without personal data. Cells that a spreadsheet would execute begin with an apostrophe.',
    body: z.strictObject({ kind: oneOf(exportKinds), format: oneOf(fileFormats), shop: shopId.exactOptional() }),
    answers: { 201: anExport },
  },
  exportSegment: {
    method: 'POST',
    path: '/v1/segments/{id}/export',
    roles: exporters,
    tag: 'Segments',
    summary: 'Writes the members of a segment into a file, as they stand then',
    params: idParams,
    body: z.strictObject({ format: oneOf(fileFormats) }),
    answers: { 201: anExport },
  },
  listExports: {
    method: 'GET',
    path: '/v1/exports',
    roles: exporters,
    tag: 'Files',
    summary: 'Exports, newest first',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of exports, without links', schema: listOf(exportSchema) } },
  },
  getExport: {
    method: 'GET',
    path: '/v1/exports/{id}',
    roles: exporters,
    tag: 'Files',
    summary: 'How far an export is, and a link to its file',
    params: idParams,
    answers: { 200: anExport },
  },
} as const satisfies Record<string, RouteDefinition>;
