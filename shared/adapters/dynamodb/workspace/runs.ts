import { PutItemCommand, UpdateItemCommand, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { runTypes } from '../../../contracts/work.ts';
import { dayMs } from '../../../domain/durations.ts';
import { ConflictError, type Run, type RunStep, type RunStore } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { expiring, type Item, idOf, itemKey, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'run';
const RETENTION_MS = 400 * dayMs;
/** Attributes with this prefix are counts. */
const COUNT = 'count_';

/** Progress of nights and recomputes. A step is counted under its name once, so that a repeated message adds nothing. */
export function dynamoRunStore(table: WorkspaceTable): RunStore {
  return {
    async startRun({ id, type, asOf, startedAt, parts }) {
      const Item: Item = {
        ...itemKey(KIND, id),
        type: { S: type },
        asOf: { N: String(asOf) },
        startedAt: { N: String(startedAt) },
        parts: { N: String(parts) },
        partsDone: { N: '0' },
        ...expiring(startedAt + RETENTION_MS),
      };
      const once = { ConditionExpression: 'attribute_not_exists(id)' };
      return wonRace(named(table.client.send(new PutItemCommand({ TableName: table.name, Item, ...once }))));
    },
    readRun: async (id) => runOf(await readItem(table, KIND, id)),
    async stepDone(id, step, at) {
      // As it was right after this step: of steps that end together, only one sees the last part done.
      const run = runOf((await countStep(table, id, step)) ?? (await readItem(table, KIND, id)));
      if (!run || run.finishedAt !== undefined || run.partsDone < run.parts) return run;
      await finish(table, id, at);
      return { ...run, finishedAt: at };
    },
  };
}

async function wonRace(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/** @returns undefined where the step was counted before, or there is no such run */
async function countStep(table: WorkspaceTable, id: string, step: RunStep): Promise<Item | undefined> {
  try {
    return (await addStep(table, id, step)).Attributes;
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

function addStep(
  table: WorkspaceTable,
  id: string,
  { part, after = '', last, counts }: RunStep,
): Promise<UpdateItemCommandOutput> {
  const counted = Object.entries({ ...counts });
  const name = `${part} ${after}`;
  const additions = ['steps :steps', 'partsDone :part', ...counted.map((_, index) => `#c${index} :c${index}`)];
  return named(
    table.client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: itemKey(KIND, id),
        ConditionExpression: 'attribute_exists(id) AND NOT contains(steps, :step)',
        UpdateExpression: `ADD ${additions.join(', ')}`,
        ReturnValues: 'ALL_NEW',
        ...(counted.length > 0 && {
          ExpressionAttributeNames: Object.fromEntries(counted.map(([key], index) => [`#c${index}`, `${COUNT}${key}`])),
        }),
        ExpressionAttributeValues: {
          ':step': { S: name },
          ':steps': { SS: [name] },
          ':part': { N: last ? '1' : '0' },
          ...Object.fromEntries(counted.map(([, value], index) => [`:c${index}`, { N: String(value) }])),
        },
      }),
    ),
  );
}

/** Whoever sees the last part done says so; the first word stands. */
async function finish(table: WorkspaceTable, id: string, at: number): Promise<void> {
  await named(
    table.client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: itemKey(KIND, id),
        UpdateExpression: 'SET finishedAt = if_not_exists(finishedAt, :at)',
        ExpressionAttributeValues: { ':at': { N: String(at) } },
      }),
    ),
  );
}

function runOf(item: Item | undefined): Run | undefined {
  if (!item) return undefined;
  const counts = Object.entries(item).flatMap(([name, value]) =>
    name.startsWith(COUNT) ? [[name.slice(COUNT.length), Number(value.N)] as const] : [],
  );
  return {
    id: idOf(item),
    type: z.enum(runTypes).parse(item.type?.S),
    asOf: Number(item.asOf?.N),
    startedAt: Number(item.startedAt?.N),
    ...(item.finishedAt?.N !== undefined && { finishedAt: Number(item.finishedAt.N) }),
    parts: Number(item.parts?.N),
    partsDone: Number(item.partsDone?.N),
    counts: Object.fromEntries(counts),
  };
}
