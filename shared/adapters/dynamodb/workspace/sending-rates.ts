import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../../contracts/tables.ts';
import { formatInstant, type Instant } from '../../../domain/calendar.ts';
import { dayMs, hourMs } from '../../../domain/durations.ts';
import type { Channel } from '../../../domain/messages/message-class.ts';
import type { SendingRates } from '../../../usecases/messages/messaging-ports.ts';
import type { Clock } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { BriefCache } from './brief-cache.ts';
import { itemKey, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'sending';
/** How old the sums may be that the brake goes by. */
const sumsMs = 60_000;
const keptMs = 3 * dayMs;
/** Counts of a busy sender are gathered for as long, so that counting costs next to nothing a message. */
const gatherMs = 30_000;

const { partitionKey: PARTITION, sortKey: ID, expiry: EXPIRY } = tables.workspace;

interface Sums {
  readonly sent: number;
  readonly bounced: number;
  readonly complained: number;
}

/** Hourly counters of what went out and came back, one item per channel and hour. */
export function dynamoSendingRates(table: WorkspaceTable, clock: Clock): SendingRates {
  const cache = new BriefCache<Sums>(clock, sumsMs);
  const gathered = new Map<string, { channel: Channel; at: Instant; count: number }>();
  let flushedAt: Instant | undefined;
  const add = (channel: Channel, at: Instant, counter: keyof Sums, count: number) =>
    named(
      table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: itemKey(KIND, hourId(channel, at)),
          UpdateExpression: 'ADD #counter :count SET #expiry = :expiry',
          ExpressionAttributeNames: { '#counter': counter, '#expiry': EXPIRY },
          ExpressionAttributeValues: {
            ':count': { N: String(count) },
            ':expiry': { N: String(Math.ceil((at + keptMs) / 1000)) },
          },
        }),
      ),
    );
  return {
    lastDay: async (channel, now) =>
      (await cache.get(channel, () => sumsOf(table, channel, now))) ?? { sent: 0, bounced: 0, complained: 0 },
    countSent(channel, at) {
      const id = hourId(channel, at);
      gathered.set(id, { channel, at, count: (gathered.get(id)?.count ?? 0) + 1 });
    },
    async flush(now) {
      if (gathered.size === 0 || (flushedAt !== undefined && Math.abs(now - flushedAt) < gatherMs)) return;
      const due = [...gathered.values()];
      gathered.clear();
      flushedAt = now;
      for (const { channel, at, count } of due) await add(channel, at, 'sent', count);
    },
    async countReaction(channel, kind, at) {
      await add(channel, at, kind, 1);
    },
  };
}

function hourId(channel: Channel, at: Instant): string {
  return `${channel}#${formatInstant(Math.floor(at / hourMs) * hourMs)}`;
}

async function sumsOf(table: WorkspaceTable, channel: Channel, now: Instant): Promise<Sums> {
  const { Items = [] } = await named(
    table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: '#kind = :kind AND #id BETWEEN :from AND :until',
        ExpressionAttributeNames: { '#kind': PARTITION, '#id': ID },
        ExpressionAttributeValues: {
          ':kind': { S: KIND },
          ':from': { S: hourId(channel, now - dayMs) },
          ':until': { S: hourId(channel, now) },
        },
      }),
    ),
  );
  const sum = (counter: keyof Sums) => Items.reduce((total, item) => total + Number(item[counter]?.N ?? 0), 0);
  return { sent: sum('sent'), bounced: sum('bounced'), complained: sum('complained') };
}
