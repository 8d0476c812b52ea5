import { parseArgs } from 'node:util';
import { exportKinds } from '../contracts/exports/export-kinds.ts';
import { importKinds } from '../contracts/imports/columns.ts';
import { encodings, fileFormats } from '../contracts/imports/file-layout.ts';
import { importPresets } from '../contracts/imports/presets.ts';

/** Something the person at the terminal can mend; its message is all they see. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface ImportCommand {
  readonly name: 'import';
  readonly url: string;
  readonly file: string;
  /** As POST /v1/imports takes it. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Where the rejected rows go. */
  readonly rejected: string;
}

export interface ExportCommand {
  readonly name: 'export';
  readonly url: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly out: string;
}

export const usage = `npm run huitou -- import <file> --shop <id> [--kind ${importKinds.join('|')}]
    [--preset ${importPresets.join('|')}] [--map field=Heading ...] [--encoding ${encodings.join('|')}]
    [--format ${fileFormats.join('|')}] [--rejected <file>] [--url http://127.0.0.1:4000]
npm run huitou -- export ${exportKinds.join('|')} [--shop <id>] [--format ${fileFormats.join('|')}] [--out <file>] [--url ...]

HUITOU_KEY holds a key of the API. Rows of one order stand next to each other in the file.`;

const options = {
  shop: { type: 'string' },
  kind: { type: 'string' },
  preset: { type: 'string' },
  map: { type: 'string', multiple: true },
  encoding: { type: 'string' },
  format: { type: 'string' },
  rejected: { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** What was asked for. @throws UsageError */
export function readArguments(args: readonly string[]): ImportCommand | ExportCommand {
  const { values, positionals } = parse(args);
  const [command, subject, ...more] = positionals;
  if (subject === undefined || more.length > 0) throw new UsageError(usage);
  if (command === 'import') return importCommand(subject, values);
  if (command === 'export') return exportCommand(subject, values);
  throw new UsageError(usage);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function importCommand(file: string, values: Values): ImportCommand {
  if (values.shop === undefined) throw new UsageError(`Say which shop the file is of: --shop <id>\n\n${usage}`);
  const mapping = mappingOf(values.map ?? []);
  const request = {
    kind: oneOf('kind', importKinds, values.kind ?? 'orders'),
    format: formatOf(values, file),
    shop: values.shop,
    ...(values.preset !== undefined && { preset: oneOf('preset', importPresets, values.preset) }),
    ...(values.encoding !== undefined && { encoding: oneOf('encoding', encodings, values.encoding) }),
    ...(mapping && { mapping }),
  };
  return { name: 'import', url: urlOf(values), file, request, rejected: values.rejected ?? `${file}.rejected.csv` };
}

function exportCommand(subject: string, values: Values): ExportCommand {
  const kind = oneOf('what to export', exportKinds, subject);
  const format = oneOf('format', fileFormats, values.format ?? 'csv');
  const request = { kind, format, ...(values.shop !== undefined && { shop: values.shop }) };
  return { name: 'export', url: urlOf(values), request, out: values.out ?? `${kind}.${format}` };
}

function urlOf({ url = 'http://127.0.0.1:4000' }: Values): string {
  if (!URL.canParse(url)) throw new UsageError(`--url ${url} is no address, such as https://api.example.com`);
  return url.replace(/\/$/, '');
}

function formatOf({ format }: Values, file: string): string {
  const byName = /\.(nd)?jsonl?$/i.test(file) ? 'ndjson' : 'csv';
  return oneOf('format', fileFormats, format ?? byName);
}

function oneOf(what: string, names: readonly string[], given: string): string {
  if (names.includes(given)) return given;
  throw new UsageError(`${what} must be one of ${names.join(', ')}; ${given} is none.`);
}

function mappingOf(pairs: readonly string[]): Record<string, string> | undefined {
  const mapping = pairs.map((pair) => {
    const [, field, heading] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (field === undefined || heading === undefined) throw new UsageError(`--map ${pair} is not field=Heading`);
    return [field.trim(), heading.trim()] as const;
  });
  return mapping.length > 0 ? Object.fromEntries(mapping) : undefined;
}
