import { PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { monotonicFactory } from 'ulid';
import * as z from 'zod';
import { roles } from '../../../domain/access/roles.ts';
import type { AuditEntry, AuditedChange, AuditLog } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { type Item, idOf, itemKey, listValues, payloadOf, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'audit';
const newId = monotonicFactory();

const entrySchema = z.object({
  actor: z.object({ keyId: z.string(), name: z.string(), role: z.enum(roles), requestId: z.string() }),
  at: z.int(),
  action: z.string(),
  target: z.string(),
  changed: z.array(z.string()),
});

/** The entry of a change, to be written in the change's own transaction. */
export function auditPut(table: WorkspaceTable, change: AuditedChange): TransactWriteItem {
  return { Put: { TableName: table.name, Item: auditItem(change) } };
}

function auditItem(change: AuditedChange): Item {
  const payload: AuditedChange = { ...change, changed: [...change.changed] };
  return { ...itemKey(KIND, newId(change.at)), body: { S: JSON.stringify(payload) } };
}

/** Who changed what and when, kept for good. */
export function dynamoAuditLog(table: WorkspaceTable): AuditLog {
  return {
    async record(change) {
      await named(table.client.send(new PutItemCommand({ TableName: table.name, Item: auditItem(change) })));
    },
    listAudit: (after, limit) => listValues(table, { kind: KIND, after, limit, newestFirst: true }, entryOf),
  };
}

function entryOf(item: Item): AuditEntry {
  return { id: idOf(item), ...entrySchema.parse(payloadOf(item)) };
}
