import { setTimeout as pause } from 'node:timers/promises';
import { standingOfCampaign } from '../../shared/adapters/campaigns.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { readTouchItem } from '../../shared/adapters/dynamodb/touch-items.ts';
import { dynamoCampaignProgress } from '../../shared/adapters/dynamodb/workspace/campaigns.ts';
import type { TouchCall, Work } from '../../shared/contracts/work.ts';
import { dayOf } from '../../shared/domain/calendar.ts';
import type { CampaignInput } from '../../shared/domain/campaigns/campaign.ts';
import type { CustomerFile, OrderEntry } from '../../shared/domain/customers/customer-file.ts';
import type { MessageClass } from '../../shared/domain/messages/message-class.ts';
import type { Touch } from '../../shared/domain/touches/touch.ts';
import { calledForByCampaign } from '../../shared/usecases/campaigns/called-for.ts';
import { planAudience } from '../../shared/usecases/campaigns/plan-audience.ts';
import { recallOrigin } from '../../shared/usecases/campaigns/recall-origin.ts';
import { continueReview } from '../../shared/usecases/campaigns/review-campaign.ts';
import { runCampaign } from '../../shared/usecases/campaigns/run-campaign.ts';
import { inLanes } from '../../shared/usecases/in-lanes.ts';
import { calledForBy } from '../../shared/usecases/messages/called-for.ts';
import type { ChannelSender, OutgoingMessage } from '../../shared/usecases/messages/messaging-ports.ts';
import { type SendDeps, sendTouches } from '../../shared/usecases/messages/send-touches.ts';
import { sweepTouches } from '../../shared/usecases/messages/sweep-touches.ts';
import { allItems } from './all-items.ts';
import { type ApiUnderTest, startApi, testKeys } from './crm-api.ts';
import { aFile, day, memoryMarks, memoryRates, type SomeCustomer } from './touches.ts';

/** A shop with customers whose campaigns run on the real tables: work and senders are driven by hand. */
export interface CampaignWorld {
  readonly api: ApiUnderTest;
  /** What providers were handed. */
  readonly handed: OutgoingMessage[];
  readonly calls: TouchCall[];
  readonly work: Work[];
  addCustomers(customers: readonly CustomerFile[]): Promise<void>;
  /** Saves a template of this class in both languages for mail and text messages. */
  addTemplate(id: string, messageClass: MessageClass, text?: string): Promise<void>;
  /** Creates, reviews and launches. @returns the review */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  launch(campaign: CampaignInput): Promise<any>;
  /** Does one piece of work, as the queue would. */
  doWork(work: Work, remainingMs?: () => number): Promise<void>;
  /** Does all work there is, in lanes. */
  drainWork(lanes?: number): Promise<void>;
  /** Sends what was called for, in lanes. */
  drainCalls(lanes?: number): Promise<void>;
  /** Work and calls until neither is left. */
  settle(lanes?: number): Promise<void>;
  /** Moves the clock and sweeps the minute. */
  sweepAt(time: number): Promise<void>;
  touches(campaign?: string): Promise<Touch[]>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  report(campaign: string): Promise<any>;
  stop(): Promise<void>;
}

export async function startCampaignWorld(): Promise<CampaignWorld> {
  const calls: TouchCall[] = [];
  const handed: OutgoingMessage[] = [];
  const call = async (some: readonly TouchCall[]) => void calls.push(...some);
  const queues = { call, try: async () => undefined };
  const api = await startApi({ queues });
  const { client, tableNames } = api.local;
  const { marketing } = api;
  await api.call('POST', '/v1/shops', {
    body: {
      id: 'north',
      platform: 'generic',
      name: 'North',
      currency: 'CNY',
      timezone: 'Asia/Shanghai',
      secret: newWebhookSecret(),
    },
  });
  api.time += 10_000;
  const work: Work[] = [];
  const takeWork = () => {
    work.push(...api.sent.splice(0).map((sent) => sent.work));
    return work;
  };
  const standing = standingOfCampaign(marketing);
  const deps = {
    ...api.deps,
    ...marketing,
    queues,
    standingOfOrigin: (_type: string, id: string) => standing(id),
    progress: dynamoCampaignProgress({ client, name: tableNames.workspace }, marketing.clock),
    pause: () => pause(1),
    random: Math.random,
  };
  let messages = 0;
  const take: ChannelSender = {
    async send(message) {
      handed.push(message);
      return { type: 'accepted', providerId: `m${++messages}` };
    },
  };
  const sending: SendDeps = {
    ...deps,
    rates: memoryRates(),
    links: messageLinks(testKeys, 'https://shop.example'),
    calledFor: calledForBy({ campaign: calledForByCampaign(marketing) }),
    senders: { email: take, sms: take, webhook: take },
    pacer: { turn: async () => true },
    onFailure: (touch: string, error: unknown) => {
      throw new Error(`touch ${touch} failed`, { cause: error });
    },
  };
  const dueTouches = new DynamoTouchDueIndex(client, tableNames.touches);
  const marks = memoryMarks();
  const world: CampaignWorld = {
    api,
    handed,
    calls,
    work,
    async addCustomers(customers) {
      await inLanes(customers, 16, (file) =>
        api.store.commit({ cause: 'test', files: [{ value: { type: 'file', file }, version: 0 }] }),
      );
    },
    async addTemplate(id, messageClass, text = 'Dear {{ customer.name | default: "you" }}, come and see.') {
      for (const channel of ['email', 'sms'] as const) {
        const template = { id, channel, class: messageClass, locale: 'zh-CN', text };
        await expectStatus(api, 201, 'POST', '/v1/templates', {
          ...template,
          ...(channel === 'email' && { subject: 'Hello' }),
        });
      }
    },
    async launch(campaign) {
      await expectStatus(api, 201, 'POST', '/v1/campaigns', campaign);
      const review = await expectStatus(api, 200, 'POST', `/v1/campaigns/${campaign.id}/review`);
      await expectStatus(api, 200, 'POST', `/v1/campaigns/${campaign.id}/launch`, { review: review.id });
      return review;
    },
    async doWork(one, remainingMs = () => 50_000) {
      if (one.type === 'campaign.due') await runCampaign(one.campaign, deps);
      else if (one.type === 'campaign.audience') await planAudience(one, remainingMs, deps);
      else if (one.type === 'campaign.review') await continueReview(one, remainingMs, deps, 10);
      else if (one.type === 'origin.recall') await recallOrigin(one, remainingMs, deps);
    },
    async drainWork(lanes = 4) {
      while (takeWork().length > 0) await inLanes(work.splice(0), lanes, (one) => world.doWork(one));
    },
    async drainCalls(lanes = 8) {
      while (calls.length > 0) {
        const unique = new Map(calls.splice(0).map((call) => [`${call.customer} ${call.channel}`, call]));
        await inLanes(unique.values(), lanes, async (call) => void (await sendTouches(call, () => 50_000, sending)));
      }
    },
    async settle(lanes = 8) {
      while (takeWork().length > 0 || calls.length > 0) {
        await world.drainWork(lanes);
        await world.drainCalls(lanes);
      }
    },
    async sweepAt(time) {
      api.time = time;
      const send = async (one: Work) => void work.push(one);
      await sweepTouches(time, { dueTouches, queues, marks, work: { send } });
    },
    async touches(campaign) {
      const items = await allItems(api.local, 'touches');
      const touches = items.filter((item) => item.state !== undefined).map((item) => readTouchItem(item).value);
      return touches.filter(({ origin }) => campaign === undefined || origin.id === campaign);
    },
    report: (campaign) => expectStatus(api, 200, 'GET', `/v1/campaigns/${campaign}/report`),
    stop: () => api.local.stop(),
  };
  return world;
}

async function expectStatus(api: ApiUnderTest, wanted: number, method: string, path: string, body?: unknown) {
  const { status, json, text } = await api.call(method, path, body === undefined ? {} : { body });
  if (status !== wanted) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
  return json;
}

/** A customer with one purchase so many days ago, consent to everything, a mail address and a phone. */
export function aBuyer(
  number: number,
  at: number,
  changes: SomeCustomer & { readonly daysAgo?: number } = {},
): CustomerFile {
  const { daysAgo = 30, ...some } = changes;
  const id = `c_${String(number).padStart(6, '0')}`;
  return aFile({
    id,
    email: `buyer${number}@example.com`,
    phone: `+86199${String(number).padStart(8, '0')}`,
    orders: new Map([[`north#o${number}`, entryOf(at - daysAgo * day)]]),
    ...some,
  });
}

function entryOf(paidAt: number): OrderEntry {
  return {
    statedAt: paidAt,
    purchase: {
      paidAt,
      day: dayOf(paidAt, 'Asia/Shanghai'),
      amount: 12_000,
      currency: 'CNY',
      items: 1,
      lines: [{ product: 'tea', amount: 12_000 }],
      coupons: [],
    },
  };
}
