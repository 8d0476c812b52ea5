import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { tables } from '../../contracts/tables.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import { silenceOfCase } from '../../domain/cases/case-life.ts';
import { withSilence } from '../../domain/contact-policy/standing.ts';
import { caseKinds } from '../../domain/journeys/journey.ts';
import type { CaseFilter, CaseStore } from '../../usecases/marketing-ports.ts';
import { ConflictError, type Versioned } from '../../usecases/ports.ts';
import { batchGet } from './batch-get.ts';
import { conditionalPut } from './conditional-put.ts';
import { contactItem, contactKey, readContactItem } from './touch-items.ts';
import { auditPut } from './workspace/audit.ts';
import {
  type Item,
  itemKey,
  listItems,
  payloadOf,
  readItem,
  transact,
  versionedItem,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace/workspace-table.ts';

/** Every case by its id; the open ones again by when they are due, and those of one customer under a kind of their own. */
const KIND = 'case';
const OPEN = 'case#open';
const kindOf = (customer: string) => `case#of#${customer}`;

const { partitionKey: CONTACT } = tables.contacts;

const storedCase = z.object({
  id: z.string(),
  customer: z.string(),
  order: z.string().exactOptional(),
  product: z.string().exactOptional(),
  kind: z.enum(caseKinds),
  severity: z.int(),
  openedAt: z.int(),
  dueAt: z.int(),
  assignee: z.string().exactOptional(),
  resolvedAt: z.int().exactOptional(),
  resolution: z.string().exactOptional(),
  reason: z.string(),
  escalated: z.object({ at: z.int(), why: z.enum(['repeated', 'overdue']) }).exactOptional(),
  cause: z.string(),
});

/** Cases in the workspace table, each written with the silence it brings in one transaction. */
export function dynamoCaseStore(
  client: DynamoDBClient,
  names: { readonly workspace: string; readonly contacts: string },
): CaseStore {
  const table: WorkspaceTable = { client, name: names.workspace };
  const read = async (id: string) => {
    const item = await readItem(table, KIND, id);
    return item && caseOf(item);
  };
  return {
    readCase: read,
    async listCases(filter, after, limit) {
      const { items, next } = await listItems(table, { kind: kindListed(filter), after, limit });
      const cases = items.map(caseOf);
      const until = 'dueBefore' in filter ? (filter.dueBefore ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
      const due = cases.filter(({ value }) => value.dueAt < until);
      return { items: due, ...(next !== undefined && due.length === cases.length && { next }) };
    },
    async saveCase(one, change) {
      const before = await read(one.value.id);
      if ((before?.version ?? 0) !== one.version) throw new ConflictError(`case ${one.value.id}`);
      await transact(table, [
        versionedPut(table, KIND, one.value.id, one.version, one.value),
        put(table, kindOf(one.value.customer), one.value.id, one),
        ...openEntries(table, before?.value, one),
        ...(await silencePut(client, names.contacts, one.value)),
        ...(change ? [auditPut(table, change)] : []),
      ]);
    },
  };
}

function kindListed(filter: CaseFilter): string {
  if ('customer' in filter) return kindOf(filter.customer);
  return filter.open ? OPEN : KIND;
}

function openEntries(
  table: WorkspaceTable,
  before: ServiceCase | undefined,
  one: Versioned<ServiceCase>,
): TransactWriteItem[] {
  const [was, is] = [before && openId(before), openId(one.value)];
  const gone = was !== undefined && was !== is ? [{ Delete: { TableName: table.name, Key: itemKey(OPEN, was) } }] : [];
  return [...gone, ...(is === undefined ? [] : [put(table, OPEN, is, one)])];
}

/** Sorts by when it is due; undefined for one that is resolved. */
function openId({ id, dueAt, resolvedAt }: ServiceCase): string | undefined {
  return resolvedAt === undefined ? `${new Date(dueAt).toISOString()}#${id}` : undefined;
}

/** A copy of a case under another key: right, as it is only ever written with the case itself. */
function put(
  table: WorkspaceTable,
  kind: string,
  id: string,
  { value, version }: Versioned<ServiceCase>,
): TransactWriteItem {
  return { Put: { TableName: table.name, Item: versionedItem(kind, id, version + 1, value) } };
}

async function silencePut(client: DynamoDBClient, contacts: string, one: ServiceCase): Promise<TransactWriteItem[]> {
  const found = await batchGet(client, [{ table: contacts, key: contactKey(one.customer) }], true);
  const row = readContactItem(one.customer, found.get(contacts)?.[0]);
  const value = withSilence(row.value, silenceOfCase(one));
  if (value === row.value) return [];
  return [{ Put: conditionalPut(contacts, contactItem({ ...row, value }), CONTACT, row.version) }];
}

function caseOf(item: Item): Versioned<ServiceCase> {
  return { value: storedCase.parse(payloadOf(item)), version: versionOf(item) };
}
