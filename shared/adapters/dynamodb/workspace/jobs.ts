import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { exportKinds } from '../../../contracts/exports/export-kinds.ts';
import { importKinds } from '../../../contracts/imports/columns.ts';
import { encodings, fileFormats } from '../../../contracts/imports/file-layout.ts';
import { importPresets } from '../../../contracts/imports/presets.ts';
import { dayMs } from '../../../domain/durations.ts';
import { ConflictError } from '../../../usecases/ports.ts';
import { type JobStore, jobStatuses, type TransferJob } from '../../../usecases/transfers/transfer-ports.ts';
import { named } from '../store-errors.ts';
import { auditPut } from './audit.ts';
import {
  expiring,
  type Item,
  idOf,
  itemKey,
  listItems,
  payloadOf,
  readItem,
  transact,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'job';
const RETENTION_MS = 90 * dayMs;
const counted = ['read', 'recorded', 'unchanged', 'rejected'] as const;

const orderSchema = z.discriminatedUnion('direction', [
  z.object({
    direction: z.literal('import'),
    kind: z.enum(importKinds),
    format: z.enum(fileFormats),
    shop: z.string(),
    preset: z.enum(importPresets).exactOptional(),
    mapping: z.record(z.string(), z.string()).exactOptional(),
    encoding: z.enum(encodings).exactOptional(),
    asOf: z.int(),
  }),
  z.object({
    direction: z.literal('export'),
    kind: z.enum(exportKinds),
    format: z.enum(fileFormats),
    shop: z.string().exactOptional(),
    segment: z.string().exactOptional(),
    personal: z.boolean(),
  }),
]);

const layoutSchema = z.object({
  format: z.enum(fileFormats),
  encoding: z.enum(encodings),
  delimiter: z.string(),
  columns: z.array(z.string()),
  dataStart: z.int(),
});

/** Imports and exports. A step is counted under its name once, so that a repeated message adds nothing. */
export function dynamoJobStore(table: WorkspaceTable): JobStore {
  const update = (id: string, change: Change) => changeItem(table, id, change);
  const read = async (id: string) => jobOf(await readItem(table, KIND, id));
  return {
    createJob: ({ id, order, createdAt }, change) =>
      transact(table, [
        {
          Put: {
            TableName: table.name,
            Item: {
              ...itemKey(KIND, id),
              body: { S: JSON.stringify(order) },
              direction: { S: order.direction },
              state: { S: 'waiting' },
              createdAt: { N: String(createdAt) },
              partsDone: { N: '0' },
              ...expiring(createdAt + RETENTION_MS),
            },
            ConditionExpression: 'attribute_not_exists(id)',
          },
        },
        auditPut(table, change),
      ]),
    readJob: read,
    async listJobs(direction, after, limit) {
      const { items, next } = await listItems(table, {
        kind: KIND,
        after,
        limit,
        newestFirst: true,
        where: { direction },
      });
      return { items: items.flatMap((item) => jobOf(item) ?? []), ...(next !== undefined && { next }) };
    },
    async keepUpload(id, uploadId) {
      const item = await update(id, {
        set: 'uploadId = if_not_exists(uploadId, :upload)',
        values: { ':upload': { S: uploadId } },
      });
      return item?.uploadId?.S ?? uploadId;
    },
    async startJob(id, at, bytes, audited) {
      const values = {
        ':at': number(at),
        ':bytes': number(bytes ?? 0),
        ':running': { S: 'running' },
        ':waiting': { S: 'waiting' },
      };
      const set = '#state = :running, startedAt = :at, bytes = :bytes';
      const start = { set, values, only: '#state = :waiting', isStateful: true };
      if (!audited) return (await update(id, start)) !== undefined;
      try {
        await transact(table, [{ Update: updateOf(table, id, start) }, auditPut(table, audited)]);
        return true;
      } catch (error) {
        // It was started before, unless something else was written to it at the same moment.
        if (error instanceof ConflictError && (await read(id))?.status !== 'waiting') return false;
        throw error;
      }
    },
    async keepLayout(id, layout) {
      await update(id, { set: 'layout = :layout', values: { ':layout': { S: JSON.stringify(layout) } } });
    },
    async stepDone(id, { name, last, counts, rejects }) {
      const additions = ['steps :steps', 'partsDone :part', ...counted.map((key) => `count_${key} :${key}`)];
      const item = await update(id, {
        add: [...additions, ...(rejects === undefined ? [] : ['rejects :rejects'])].join(', '),
        values: {
          ':step': { S: name },
          ':steps': { SS: [name] },
          ':part': number(last ? 1 : 0),
          ...Object.fromEntries(counted.map((key) => [`:${key}`, number(counts[key])])),
          ...(rejects !== undefined && { ':rejects': { SS: [rejects] } }),
        },
        only: 'NOT contains(steps, :step)',
      });
      // As it was right after this step: of steps that end together, only one sees the last part done.
      return item ? jobOf(item) : read(id);
    },
    async keepParts(id, parts) {
      return jobOf(await update(id, { set: 'parts = :parts', values: { ':parts': number(parts) } }));
    },
    async finishJob(id, at, result) {
      const values = { ':at': number(at), ':done': { S: 'done' }, ':running': { S: 'running' } };
      const set = `#state = :done, finishedAt = :at${result === undefined ? '' : ', #result = :result'}`;
      const more = result === undefined ? {} : { ':result': { S: result } };
      await update(id, { set, values: { ...values, ...more }, only: '#state = :running', isStateful: true });
    },
    async failJob(id, at, failure) {
      const values = {
        ':at': number(at),
        ':failed': { S: 'failed' },
        ':failure': { S: failure },
        ':done': { S: 'done' },
      };
      const set = '#state = :failed, finishedAt = :at, failure = :failure';
      await update(id, { set, values, only: '#state <> :done', isStateful: true });
    },
  };
}

interface Change {
  readonly set?: string;
  readonly add?: string;
  readonly values: Record<string, AttributeValue>;
  /** Only where this holds too. */
  readonly only?: string;
  /** Names the state, which is a reserved word, as is result. */
  readonly isStateful?: boolean;
}

/** @returns the item after the change; undefined where the condition does not hold */
async function changeItem(table: WorkspaceTable, id: string, change: Change): Promise<Item | undefined> {
  try {
    const command = new UpdateItemCommand({ ...updateOf(table, id, change), ReturnValues: 'ALL_NEW' });
    const { Attributes } = await named(table.client.send(command));
    return Attributes;
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

function updateOf(table: WorkspaceTable, id: string, { set, add, values, only, isStateful }: Change) {
  const names = { ...(isStateful && { '#state': 'state' }), ...(set?.includes('#result') && { '#result': 'result' }) };
  return {
    TableName: table.name,
    Key: itemKey(KIND, id),
    ConditionExpression: ['attribute_exists(id)', ...(only === undefined ? [] : [only])].join(' AND '),
    UpdateExpression: [set && `SET ${set}`, add && `ADD ${add}`].filter(Boolean).join(' '),
    ExpressionAttributeValues: values,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
  };
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}

function jobOf(item: Item | undefined): TransferJob | undefined {
  if (!item) return undefined;
  const known = (name: string) => (item[name]?.N === undefined ? {} : { [name]: Number(item[name].N) });
  const text = (name: string) => (item[name]?.S === undefined ? {} : { [name]: item[name].S });
  const count = (name: (typeof counted)[number]) => Number(item[`count_${name}`]?.N ?? 0);
  return {
    id: idOf(item),
    order: orderSchema.parse(payloadOf(item)),
    status: z.enum(jobStatuses).parse(item.state?.S),
    createdAt: Number(item.createdAt?.N),
    ...known('startedAt'),
    ...known('finishedAt'),
    ...known('bytes'),
    ...known('parts'),
    partsDone: Number(item.partsDone?.N ?? 0),
    counts: {
      read: count('read'),
      recorded: count('recorded'),
      unchanged: count('unchanged'),
      rejected: count('rejected'),
    },
    ...text('uploadId'),
    ...(item.layout?.S !== undefined && { layout: layoutSchema.parse(JSON.parse(item.layout.S)) }),
    steps: item.steps?.SS ?? [],
    rejects: item.rejects?.SS ?? [],
    ...text('result'),
    ...text('failure'),
  };
}
