import { createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as z from 'zod';
import { exportSchema, importSchema } from '../contracts/http/transfers.ts';
import { type Api, apiAt } from './api.ts';
import { type ExportCommand, type ImportCommand, readArguments, UsageError } from './arguments.ts';
import { progressBar } from './progress-bar.ts';
import { uploadFile } from './upload-file.ts';

export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: { write(text: string): unknown };
  /** Waits between two looks at a job. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

const createdSchema = z.object({ id: z.string(), upload: z.object({ partBytes: z.int() }) });
/** Between two looks at a job. */
const lookMs = 1000;

/** Runs one command. @returns the exit code: 0 done, 1 not, with the reason on the error stream */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<0 | 1> {
  try {
    const command = readArguments(args);
    const key = env.HUITOU_KEY;
    if (!key) throw new UsageError('Set HUITOU_KEY to a key of the API: the first one is printed by npm start.');
    const api = apiAt(command.url, key);
    await (command.name === 'import' ? importFile(command, api, terminal) : exportFile(command, api, terminal));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err.write(`${error.message}\n`);
    return 1;
  }
}

async function importFile(command: ImportCommand, api: Api, terminal: Terminal): Promise<void> {
  const file = await opened(command.file);
  try {
    const { size, mtime } = await file.stat();
    if (size === 0) throw new UsageError(`${command.file} is empty.`);
    // What the rows say without a time was said when the file was made: the same file again says nothing new.
    const request = { ...command.request, asOf: mtime.toISOString() };
    const { id, upload } = await api.call('POST', '/v1/imports', createdSchema, request);
    const kib = (bytes: number) => Math.ceil(bytes / 1024);
    const bar = progressBar('Upload, KiB', kib(size), terminal.out);
    const etags = await uploadFile(file, size, { id, ...upload }, api, (bytes) => bar(kib(bytes)));
    await api.call('POST', `/v1/imports/${id}/start`, importSchema, { etags });
    await followImport(id, command, api, terminal);
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}

async function followImport(id: string, command: ImportCommand, api: Api, terminal: Terminal): Promise<void> {
  let bar: ((done: number) => void) | undefined;
  for (;;) {
    const job = await api.call('GET', `/v1/imports/${id}`, importSchema);
    if (job.parts !== null && job.parts > 0) {
      bar ??= progressBar('Import, parts', job.parts, terminal.out);
      bar(job.partsDone);
    }
    if (job.status === 'failed') throw new UsageError(`Nothing was imported. ${job.failure ?? ''}`);
    if (job.status === 'done') return report(job, command, terminal);
    await terminal.pause(lookMs);
  }
}

type ImportJob = z.output<typeof importSchema>;

async function report({ rows, rejected }: ImportJob, command: ImportCommand, { out }: Terminal): Promise<void> {
  const text = (count: number) => count.toLocaleString('en-US');
  out.write(
    `${text(rows.read)} rows: ${text(rows.recorded)} recorded, ${text(rows.unchanged)} unchanged, ${text(rows.rejected)} rejected\n`,
  );
  if (!rejected) return;
  await download(rejected.url, command.rejected);
  out.write(`The rejected rows and their reasons are in ${command.rejected}\n`);
}

async function exportFile(command: ExportCommand, api: Api, { out, pause }: Terminal): Promise<void> {
  const { id } = await api.call('POST', '/v1/exports', exportSchema, command.request);
  for (;;) {
    const { status, rows, file } = await api.call('GET', `/v1/exports/${id}`, exportSchema);
    if (status === 'failed') throw new UsageError('The file could not be written.');
    if (status === 'done' && file) {
      await download(file.url, command.out);
      out.write(`${rows.toLocaleString('en-US')} rows in ${command.out}\n`);
      return;
    }
    await pause(lookMs);
  }
}

async function download(url: string, path: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) throw new UsageError(`The file could not be fetched (${answer.status}).`);
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(path));
}
