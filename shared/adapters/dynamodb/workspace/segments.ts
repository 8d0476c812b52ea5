import * as z from 'zod';
import { segmentRuleSchema } from '../../../domain/segments/rule-schema.ts';
import type { Segment, SegmentStore, Versioned } from '../../../usecases/ports.ts';
import { auditPut } from './audit.ts';
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

const KIND = 'segment';

const storedSegment = z.object({
  id: z.string(),
  name: z.string(),
  rule: segmentRuleSchema,
  createdAt: z.int(),
  updatedAt: z.int(),
});

/** Segments by their id; each change with its entry in the audit log. */
export function dynamoSegmentStore(table: WorkspaceTable): SegmentStore {
  return {
    async readSegment(id) {
      const item = await readItem(table, KIND, id);
      return item && segmentOf(item);
    },
    listSegments: (after, limit) => listValues(table, { kind: KIND, after, limit }, segmentOf),
    saveSegment: ({ value, version }, change) =>
      transact(table, [versionedPut(table, KIND, value.id, version, value), auditPut(table, change)]),
    removeSegment: (id, version, change) =>
      transact(table, [versionedDelete(table, KIND, id, version), auditPut(table, change)]),
  };
}

function segmentOf(item: Item): Versioned<Segment> {
  return { value: storedSegment.parse(payloadOf(item)), version: versionOf(item) };
}
