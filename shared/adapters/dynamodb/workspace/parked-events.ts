import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { ParkReason } from '../../../contracts/http/operations.ts';
import { formatDay } from '../../../domain/calendar.ts';
import { dayMs } from '../../../domain/durations.ts';
import type { Clock, InboundEvent, ParkCause, ParkedEvent, ParkedStore } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { expiring, type Item, idOf, itemKey, listItems, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'parked';
const RETENTION_DAYS = 90;
/** What the law asks for waits until somebody has done it. */
const PRIVACY_RETENTION_DAYS = 3650;
/** An item holds 400 kB, names included. */
const CHUNK_BYTES = 350_000;

const errorsSchema = z.array(z.object({ field: z.string(), message: z.string() }));
const eventSchema = z.object({
  shop: z.string(),
  id: z.string(),
  headers: z.record(z.string(), z.string()),
  query: z.record(z.string(), z.string()),
  receivedAt: z.int(),
});

/** Same event, same day: same row, so that parking twice is parking once. */
function parkedId({ shop, id, receivedAt }: InboundEvent): string {
  const hash = createHash('sha256').update(`${shop}\n${id}`).digest('base64url').slice(0, 22);
  return `${formatDay(Math.floor(receivedAt / dayMs))}-${hash}`;
}

const bodyKind = (id: string) => `parked-body#${id}`;
const chunkId = (index: number) => String(index).padStart(3, '0');

/** Events that wait for a person or a replay. Bodies lie apart from their rows, so that a list reads no bodies. */
export function dynamoParkedEvents(table: WorkspaceTable, clock: Clock): ParkedStore {
  return {
    async park(event, cause) {
      const id = parkedId(event);
      const chunks = await writeBody(table, id, event, cause.reason);
      await writeRow(table, id, event, cause, chunks);
    },
    async listParked({ shop, reason }, after, limit) {
      const { items, next } = await listItems(table, {
        kind: KIND,
        after,
        limit,
        newestFirst: true,
        where: { shop, reason },
        now: clock.now(),
      });
      return { items: items.map(rowOf), ...(next !== undefined && { next }) };
    },
    async readParked(id) {
      const item = await readItem(table, KIND, id);
      if (!item || Number(item.expiresAt?.N ?? 0) * 1000 <= clock.now()) return undefined;
      const body = await readBody(table, id, Number(item.chunks?.N ?? 0));
      const event = eventSchema.parse(JSON.parse(item.event?.S ?? 'null'));
      return { row: rowOf(item), event: { ...event, body } };
    },
    async removeParked(id) {
      const item = await readItem(table, KIND, id);
      if (!item) return;
      const remove = (kind: string, key: string) =>
        named(table.client.send(new DeleteItemCommand({ TableName: table.name, Key: itemKey(kind, key) })));
      await remove(KIND, id);
      const chunks = Array.from({ length: Number(item.chunks?.N ?? 0) }, (_, index) => chunkId(index));
      await Promise.all(chunks.map((chunk) => remove(bodyKind(id), chunk)));
    },
  };
}

function retentionDays(reason: ParkReason): number {
  return reason === 'privacy_request' ? PRIVACY_RETENTION_DAYS : RETENTION_DAYS;
}

/** @returns the number of chunks */
async function writeBody(table: WorkspaceTable, id: string, event: InboundEvent, reason: ParkReason): Promise<number> {
  const packed = gzipSync(Buffer.from(event.body, 'base64'));
  const count = Math.ceil(packed.length / CHUNK_BYTES);
  const expiry = expiring(event.receivedAt + (retentionDays(reason) + 1) * dayMs);
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const bytes = packed.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      const Item = { ...itemKey(bodyKind(id), chunkId(index)), bytes: { B: bytes }, ...expiry };
      return named(table.client.send(new PutItemCommand({ TableName: table.name, Item })));
    }),
  );
  return count;
}

async function readBody(table: WorkspaceTable, id: string, chunks: number): Promise<string> {
  const parts = await Promise.all(
    Array.from({ length: chunks }, async (_, index) => {
      const Key = itemKey(bodyKind(id), chunkId(index));
      const { Item } = await named(
        table.client.send(new GetItemCommand({ TableName: table.name, Key, ConsistentRead: true })),
      );
      return Item?.bytes?.B ?? new Uint8Array();
    }),
  );
  return gunzipSync(Buffer.concat(parts)).toString('base64');
}

async function writeRow(
  table: WorkspaceTable,
  id: string,
  event: InboundEvent,
  cause: ParkCause,
  chunks: number,
): Promise<void> {
  const { body, ...rest } = event;
  const at = { N: String(event.receivedAt) };
  const values: Item = {
    ':shop': { S: event.shop },
    ':reason': { S: cause.reason },
    ':detail': { S: cause.detail },
    ':errors': { S: JSON.stringify(cause.errors ?? []) },
    ':event': { S: JSON.stringify(rest) },
    ':bytes': { N: String(Buffer.byteLength(body, 'base64')) },
    ':chunks': { N: String(chunks) },
    ':at': at,
    ':zero': { N: '0' },
    ':one': { N: '1' },
    ':expiry': expiring(event.receivedAt + retentionDays(cause.reason) * dayMs).expiresAt ?? at,
  };
  const sets = [
    'shop = :shop',
    'reason = :reason',
    'detail = :detail',
    'errors = :errors',
    '#event = :event',
    'bytes = :bytes',
    'chunks = :chunks',
    'firstAt = if_not_exists(firstAt, :at)',
    'lastAt = :at',
    'seen = if_not_exists(seen, :zero) + :one',
    'expiresAt = :expiry',
  ];
  await named(
    table.client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: itemKey(KIND, id),
        UpdateExpression: `SET ${sets.join(', ')}`,
        ExpressionAttributeNames: { '#event': 'event' },
        ExpressionAttributeValues: values,
      }),
    ),
  );
}

function rowOf(item: Item): ParkedEvent {
  return {
    id: idOf(item),
    shop: item.shop?.S ?? '',
    reason: item.reason?.S ?? '',
    detail: item.detail?.S ?? '',
    errors: errorsSchema.parse(JSON.parse(item.errors?.S ?? '[]')),
    firstAt: Number(item.firstAt?.N ?? 0),
    lastAt: Number(item.lastAt?.N ?? 0),
    seen: Number(item.seen?.N ?? 1),
    bytes: Number(item.bytes?.N ?? 0),
  };
}
