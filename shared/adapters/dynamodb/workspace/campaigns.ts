import { PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { tables } from '../../../contracts/tables.ts';
import { type Campaign, campaignSchema, campaignStates } from '../../../domain/campaigns/campaign.ts';
import type { CampaignReview } from '../../../domain/campaigns/review.ts';
import { dayMs } from '../../../domain/durations.ts';
import { dueShards, shardOf } from '../../../domain/sharding.ts';
import type { CampaignProgress, CampaignStore, ReviewStore, RoundKey } from '../../../usecases/marketing-ports.ts';
import { type Clock, ConflictError, type Versioned } from '../../../usecases/ports.ts';
import { dueKey, dueShardKey } from '../customer-items.ts';
import { named } from '../store-errors.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import {
  expiring,
  type Item,
  itemKey,
  listValues,
  payloadOf,
  readItem,
  transact,
  versionedDelete,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'campaign';

const storedCampaign = z.object({
  id: z.string(),
  definition: campaignSchema,
  state: z.enum(campaignStates),
  pausedFrom: z.enum(['scheduled', 'running']).exactOptional(),
  pauseReason: z.string().exactOptional(),
  startedAt: z.int().exactOptional(),
  rounds: z.array(
    z.object({
      number: z.int(),
      launchedAt: z.int(),
      day: z.int().exactOptional(),
      parts: z.int(),
      plannedAt: z.int().exactOptional(),
      winner: z.object({ variant: z.string(), at: z.int(), decided: z.boolean() }).exactOptional(),
    }),
  ),
  nextAt: z.int().exactOptional(),
  createdAt: z.int(),
  updatedAt: z.int(),
});

/**
 * Campaigns by their id, each change with its entry in the audit log. The next moment of one lies in the due index of the
 * touches, as customer `campaign#id`, written in the same transaction.
 * @param touches name of that table
 */
export function dynamoCampaignStore(
  table: WorkspaceTable,
  touches: string,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): CampaignStore {
  const cache = new BriefCache<Campaign>(clock, cacheMs);
  const read = async (id: string) => {
    const item = await readItem(table, KIND, id);
    return item && campaignOf(item);
  };
  return {
    readCampaign: read,
    campaign: (id) => cache.get(id, async () => (await read(id))?.value),
    listCampaigns: (after, limit) => listValues(table, { kind: KIND, after, limit }, campaignOf),
    async saveCampaign({ value, version }, change) {
      const puts = [
        versionedPut(table, KIND, value.id, version, value),
        ...(change ? [auditPut(table, change)] : []),
        // A draft that was never launched has no moment to take back.
        ...(version > 0 ? [{ Put: { TableName: touches, Item: nextItem(value) } }] : []),
      ];
      await transact(table, puts);
      cache.clear();
    },
    async removeCampaign({ value, version }, change) {
      await transact(table, [versionedDelete(table, KIND, value.id, version), auditPut(table, change)]);
      cache.clear();
    },
  };
}

function campaignOf(item: Item): Versioned<Campaign> {
  return { value: storedCampaign.parse(payloadOf(item)), version: versionOf(item) };
}

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;

/** Without a next moment it is in no index. */
function nextItem({ id, nextAt }: Campaign): Item {
  const customer = `campaign#${id}`;
  return {
    [CUSTOMER]: { S: customer },
    [TOUCH]: { S: '#next' },
    ...(nextAt !== undefined && {
      [indexes.due.partitionKey]: { S: dueShardKey(shardOf(customer, dueShards)) },
      [indexes.due.sortKey]: { S: dueKey(nextAt) },
    }),
  };
}

const ROUND = 'campaign-round';
const PAGE = 'campaign-page';
const REVIEW = 'campaign-review';
/** What pages took of a budget is asked for again only while their part is tried again. */
const pagesKeptMs = 30 * dayMs;

const roundId = ({ campaign, round }: RoundKey) => `${campaign}#${round}`;

/** Parts that are done, and what was taken of the budget, counted beside the campaign: many write at once. */
export function dynamoCampaignProgress(table: WorkspaceTable, clock: Clock): CampaignProgress {
  const takenFor = async (id: string) => {
    const item = await readItem(table, PAGE, id);
    return item && Number(item.taken?.N ?? 0);
  };
  return {
    async partDone(round, part) {
      const { Attributes } = await named(
        table.client.send(
          new UpdateItemCommand({
            TableName: table.name,
            Key: itemKey(ROUND, roundId(round)),
            UpdateExpression: 'ADD parts :part',
            ExpressionAttributeValues: { ':part': { NS: [String(part)] } },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return Attributes?.parts?.NS?.length ?? 0;
    },
    async reserve(round, page, costs, limit) {
      const id = `${roundId(round)}#${page}`;
      for (;;) {
        const known = await takenFor(id);
        if (known !== undefined) return known;
        const item = await readItem(table, ROUND, roundId(round));
        const spent = Number(item?.spent?.N ?? 0);
        const taken = fitting(costs, limit - spent);
        try {
          await take(table, round, id, spent, taken, clock.now());
          return taken;
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
        }
      }
    },
  };
}

/** Of these costs in their order, the sum of as many as there is room for. */
function fitting(costs: readonly number[], room: number): number {
  let sum = 0;
  for (const cost of costs) {
    if (sum + cost > room) break;
    sum += cost;
  }
  return sum;
}

/** The page's share and the sum in one transaction, conditional on the sum it was reckoned from. */
async function take(
  table: WorkspaceTable,
  round: RoundKey,
  page: string,
  spent: number,
  taken: number,
  now: number,
): Promise<void> {
  const isAs = spent === 0 ? '(attribute_not_exists(spent) OR spent = :before)' : 'spent = :before';
  await named(
    table.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName: table.name,
              Item: { ...itemKey(PAGE, page), taken: { N: String(taken) }, ...expiring(now + pagesKeptMs) },
              ConditionExpression: 'attribute_not_exists(taken)',
            },
          },
          {
            Update: {
              TableName: table.name,
              Key: itemKey(ROUND, roundId(round)),
              UpdateExpression: 'SET spent = :after',
              ConditionExpression: isAs,
              ExpressionAttributeValues: { ':before': { N: String(spent) }, ':after': { N: String(spent + taken) } },
            },
          },
        ],
      }),
    ),
  );
}

/** The last review of each campaign. */
export function dynamoReviewStore(table: WorkspaceTable): ReviewStore {
  return {
    async readReview(campaign) {
      const item = await readItem(table, REVIEW, campaign);
      return item && (payloadOf(item) as CampaignReview);
    },
    async saveReview(review) {
      const Item = { ...itemKey(REVIEW, review.campaign), body: { S: JSON.stringify(review) } };
      await named(table.client.send(new PutItemCommand({ TableName: table.name, Item })));
    },
  };
}
