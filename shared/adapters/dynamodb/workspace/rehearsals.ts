import * as z from 'zod';
import { dayMs } from '../../../domain/durations.ts';
import type { Rehearsal, RehearsalPart, RehearsalStore } from '../../../usecases/rehearsal/rehearsal-ports.ts';
import { auditPut } from './audit.ts';
import {
  expiring,
  idOf,
  listItems,
  payloadOf,
  readItem,
  transact,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'rehearsal';
const PART = 'rehearsal-part';
const RETENTION_MS = 30 * dayMs;
/** More parts than any rehearsal has. */
const mostParts = 100;

const storedRehearsal = z.object({
  id: z.string(),
  asOf: z.int(),
  days: z.int(),
  campaigns: z.array(z.string()),
  moreThan: z.int(),
  segments: z.int(),
  night: z.int(),
  customers: z.int().exactOptional(),
});

const storedPart = z.object({
  rehearsal: z.string(),
  segment: z.int(),
  after: z.string().exactOptional(),
  isDone: z.boolean(),
  at: z.int(),
  sums: z.record(z.string(), z.number()),
});

/** Rehearsals by their id, and each of their parts as an item of its own, so that they go on side by side. */
export function dynamoRehearsalStore(table: WorkspaceTable): RehearsalStore {
  return {
    createRehearsal: (rehearsal, change) =>
      transact(table, [put(table, KIND, rehearsal.id, 0, rehearsal, rehearsal.asOf), auditPut(table, change)]),
    async readRehearsal(id) {
      const item = await readItem(table, KIND, id);
      return item && (storedRehearsal.parse(payloadOf(item)) satisfies Rehearsal);
    },
    async readPart(id, segment) {
      const item = await readItem(table, PART, partName(id, segment));
      return item && { value: storedPart.parse(payloadOf(item)) satisfies RehearsalPart, version: versionOf(item) };
    },
    async readParts(id) {
      const { items } = await listItems(table, { kind: PART, after: `${id}#`, limit: mostParts });
      return items.filter((item) => idOf(item).startsWith(`${id}#`)).map((item) => storedPart.parse(payloadOf(item)));
    },
    savePart: ({ value, version }) =>
      transact(table, [put(table, PART, partName(value.rehearsal, value.segment), version, value, value.at)]),
  };
}

function put(table: WorkspaceTable, kind: string, id: string, version: number, payload: unknown, at: number) {
  const { Put } = versionedPut(table, kind, id, version, payload);
  if (!Put?.Item) throw new Error('what is put has an item');
  return { Put: { ...Put, Item: { ...Put.Item, ...expiring(at + RETENTION_MS) } } };
}

function partName(id: string, segment: number): string {
  return `${id}#${String(segment).padStart(3, '0')}`;
}
