import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { ExportJson, ImportJson, transferRoutes } from '../../../shared/contracts/http/transfers.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import { InvalidInputError } from '../../../shared/domain/errors.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { forbidden, notFound } from '../../../shared/runtime/problem.ts';
import type { Actor, SegmentStore } from '../../../shared/usecases/ports.ts';
import {
  createImport,
  type ImportApiDeps,
  type ImportJob,
  isImport,
  linkParts,
  readImport,
  sourceKey,
  startImport,
} from '../../../shared/usecases/transfers/import-file.ts';
import { type ExportOrder, linkSeconds, type TransferJob } from '../../../shared/usecases/transfers/transfer-ports.ts';
import { isExport } from '../../../shared/usecases/transfers/write-export.ts';

export interface TransferDeps extends ImportApiDeps {
  readonly cursors: Cursors;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
}

type Handlers = RouteHandlers<keyof typeof transferRoutes>;

const partBytes = 8 * 1024 * 1024;

export function transferHandlers(deps: TransferDeps): Handlers {
  return { ...importHandlers(deps), ...exportHandlers(deps) };
}

type ImportRoutes = 'createImport' | 'listImports' | 'getImport' | 'linkImportParts' | 'startImport';

function importHandlers(deps: TransferDeps): Pick<Handlers, ImportRoutes> {
  const { jobs, files, clock, cursors } = deps;
  const until = (seconds: number) => formatInstant(clock.now() + seconds * 1000);
  return {
    async createImport({ body: { asOf, ...order }, actor }) {
      const made = asOf === undefined ? clock.now() : Date.parse(asOf);
      const job = await createImport({ direction: 'import', ...order, asOf: made }, actor, deps);
      const upload = { url: await files.putLink(sourceKey(job.id)), expiresAt: until(linkSeconds.upload), partBytes };
      return json({ ...importView(job, null), upload }, 201);
    },
    listImports({ query }) {
      const read = (after: string | undefined, limit: number) => jobs.listJobs('import', after, limit);
      return answerPage(['imports'], query, cursors, read, (job) => (isImport(job) ? importView(job, null) : null));
    },
    async getImport({ params }) {
      const job = await readImport(params.id, deps);
      const url = job.result === undefined ? undefined : await files.downloadLink(job.result, 'rejected.csv');
      return json(importView(job, url === undefined ? null : { url, expiresAt: until(linkSeconds.download) }));
    },
    async linkImportParts({ params, body }) {
      return json({ parts: await linkParts(params.id, body.numbers, deps), expiresAt: until(linkSeconds.upload) });
    },
    async startImport({ params, body, actor }) {
      const parts = (body.etags ?? []).map((etag, index) => ({ number: index + 1, etag }));
      return json(importView(await startImport(params.id, parts, actor, deps), null));
    },
  };
}

type ExportRoutes = 'createExport' | 'exportSegment' | 'listExports' | 'getExport';

function exportHandlers(deps: TransferDeps): Pick<Handlers, ExportRoutes> {
  const { jobs, files, shops, workQueue, clock, cursors, newJobId, segments } = deps;
  const start = async (asked: Omit<ExportOrder, 'direction' | 'personal'>, actor: Actor) => {
    const order: ExportOrder = { direction: 'export', ...asked, personal: seesPersonalData(actor.role) };
    const job = { id: newJobId(), order, createdAt: clock.now() };
    const target = `export/${job.id}`;
    const changed = Object.keys(asked);
    await jobs.createJob(job, { actor, at: job.createdAt, action: 'export.created', target, changed });
    await jobs.startJob(job.id, job.createdAt);
    await workQueue.send({ type: 'export.write', job: job.id });
    return json(exportView(await existing(job.id, actor.role, deps), null), 201);
  };
  return {
    async createExport({ body, actor }) {
      if (body.shop !== undefined && !(await shops.freshShop(body.shop))) {
        throw new InvalidInputError([{ field: 'shop', message: 'there is no such shop' }]);
      }
      return start(body, actor);
    },
    async exportSegment({ params, body, actor }) {
      if (!(await segments.readSegment(params.id))) throw notFound('There is no such segment.');
      return start({ kind: 'customers', ...body, segment: params.id }, actor);
    },
    listExports({ query }) {
      const read = (after: string | undefined, limit: number) => jobs.listJobs('export', after, limit);
      return answerPage(['exports'], query, cursors, read, (job) => (isExport(job) ? exportView(job, null) : null));
    },
    async getExport({ params, actor }) {
      const job = await existing(params.id, actor.role, deps);
      const { kind, format } = job.order;
      const url = job.result === undefined ? undefined : await files.downloadLink(job.result, `${kind}.${format}`);
      return json(
        exportView(
          job,
          url === undefined ? null : { url, expiresAt: formatInstant(clock.now() + linkSeconds.download * 1000) },
        ),
      );
    },
  };
}

async function existing(id: string, role: Role, { jobs }: TransferDeps): Promise<TransferJob<ExportOrder>> {
  const job = await jobs.readJob(id);
  if (!job || !isExport(job)) throw notFound('There is no such export.');
  if (job.order.personal && !seesPersonalData(role)) {
    throw forbidden(`The role ${role} sees no personal data; this file holds some.`);
  }
  return job;
}

function importView(job: ImportJob, rejected: ImportJson['rejected']): ImportJson {
  const { kind, format, shop, preset = null } = job.order;
  return {
    id: job.id,
    kind,
    format,
    shop,
    preset,
    status: job.status,
    rows: { ...job.counts },
    bytes: job.bytes ?? null,
    parts: job.parts ?? null,
    partsDone: job.partsDone,
    createdAt: formatInstant(job.createdAt),
    startedAt: formatInstantOrNull(job.startedAt),
    finishedAt: formatInstantOrNull(job.finishedAt),
    failure: job.failure ?? null,
    rejected,
  };
}

function exportView(job: TransferJob<ExportOrder>, file: ExportJson['file']): ExportJson {
  const { kind, format, shop = null, segment = null, personal } = job.order;
  return {
    id: job.id,
    kind,
    format,
    shop,
    segment,
    personal,
    status: job.status,
    rows: job.counts.read,
    createdAt: formatInstant(job.createdAt),
    finishedAt: formatInstantOrNull(job.finishedAt),
    file,
  };
}
