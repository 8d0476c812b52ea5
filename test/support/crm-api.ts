import { ulid } from 'ulid';
import { expect } from 'vitest';
import * as z from 'zod';
import { type CrmApiDeps, createHandler } from '../../functions/crm-api/handler.ts';
import type { MarketingApiDeps } from '../../functions/marketing-api/handler.ts';
import type { ReportQueryDeps } from '../../functions/report-query/handler.ts';
import { campaignsOn } from '../../shared/adapters/campaigns.ts';
import { signedCursors } from '../../shared/adapters/crypto/cursors.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { hashOfKey, newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { dynamoCaseStore } from '../../shared/adapters/dynamodb/case-store.ts';
import { DynamoCouponLedger } from '../../shared/adapters/dynamodb/coupon-store.ts';
import { DynamoCustomerStore } from '../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoEnrolmentStore } from '../../shared/adapters/dynamodb/enrolment-store.ts';
import { dynamoMigrationLog } from '../../shared/adapters/dynamodb/migration-log.ts';
import { DynamoTouchStore } from '../../shared/adapters/dynamodb/touch-store.ts';
import { dynamoApiKeyStore } from '../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoCampaignStore } from '../../shared/adapters/dynamodb/workspace/campaigns.ts';
import { dynamoCaseAlerts } from '../../shared/adapters/dynamodb/workspace/case-alerts.ts';
import { dynamoCouponStore } from '../../shared/adapters/dynamodb/workspace/coupons.ts';
import { dynamoDeliveryLog } from '../../shared/adapters/dynamodb/workspace/deliveries.ts';
import { dynamoFactsManifests } from '../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoJourneyStore } from '../../shared/adapters/dynamodb/workspace/journeys.ts';
import { dynamoNightMarks } from '../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoParkedEvents } from '../../shared/adapters/dynamodb/workspace/parked-events.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRehearsalStore } from '../../shared/adapters/dynamodb/workspace/rehearsals.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { dynamoStageCounts } from '../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { dynamoSubscriptionStore } from '../../shared/adapters/dynamodb/workspace/subscriptions.ts';
import { dynamoTemplateStore } from '../../shared/adapters/dynamodb/workspace/templates.ts';
import { subscriptionKey } from '../../shared/adapters/events/event-poster.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { factRoutes, marketingRoutes, routes } from '../../shared/contracts/http/routes.ts';
import { problemSchema } from '../../shared/contracts/http/values.ts';
import { platforms } from '../../shared/contracts/platforms/platforms.ts';
import type { Work } from '../../shared/contracts/work.ts';
import type { Role } from '../../shared/domain/access/roles.ts';
import type { HttpHandler } from '../../shared/runtime/http-handler.ts';
import { routeMatcher } from '../../shared/runtime/match-route.ts';
import { mergeCustomers } from '../../shared/usecases/customers/merge-customers.ts';
import type { Subscription } from '../../shared/usecases/events/event-ports.ts';
import { presetJourneys } from '../../shared/usecases/journeys/preset-journeys.ts';
import { recomputesOf } from '../../shared/usecases/life-cycle/plan-night.ts';
import { replayParked } from '../../shared/usecases/orders/replay-parked.ts';
import { type LocalTables, startTables } from './dynamodb-local.ts';
import { filesInMemory } from './files-in-memory.ts';
import { httpEvent, keepingLogger, lambdaContext } from './lambda.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly json: any;
}

export interface CallOptions {
  readonly body?: unknown;
  /** undefined: the first admin key; null: none. */
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
}

/** The API on tables of its own, with a clock to move and what it told the outside kept. */
export interface ApiUnderTest {
  readonly deps: CrmApiDeps;
  readonly marketing: MarketingApiDeps;
  readonly local: LocalTables;
  readonly store: DynamoCustomerStore;
  readonly sent: { readonly work: Work; readonly delaySeconds: number | undefined }[];
  readonly lines: unknown[][];
  time: number;
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  /** A new key of this role. */
  keyOf(role: Role): Promise<string>;
}

const matchRoute = routeMatcher(routes);

export const adminKey = 'hk_first';
export const testKeys = rootKeys('a root secret of sixty-four characters, made for these tests only');

/** @param over in place of what is on the tables; without `facts` and `previews` there was no night yet */
export async function startApi(
  over: Partial<CrmApiDeps & MarketingApiDeps & Pick<ReportQueryDeps, 'facts' | 'previews'>> = {},
): Promise<ApiUnderTest> {
  const local = await startTables();
  const { client, tableNames } = local;
  const workspace = { client, name: tableNames.workspace };
  const store = new DynamoCustomerStore(client, tableNames);
  const { logger, lines } = keepingLogger();
  const sent: ApiUnderTest['sent'] = [];
  const clock = { now: () => api.time };
  const workQueue = { send: async (work: Work, delaySeconds?: number) => void sent.push({ work, delaySeconds }) };
  const shops = dynamoShopStore(workspace, testKeys, clock);
  const settings = dynamoSettingsStore(workspace, clock);
  const parked = dynamoParkedEvents(workspace, clock);
  const behaviour = dynamoBehaviourStore(client, tableNames);
  const runs = dynamoRunStore(workspace);
  const { identityHash } = testKeys;
  const journeys = dynamoJourneyStore(workspace, clock, presetJourneys);
  const coupons = {
    couponStore: dynamoCouponStore(workspace, clock),
    couponLedger: new DynamoCouponLedger(client, tableNames),
  };
  const recording = { store, clock, pause: async () => undefined, random: () => 0 };
  const deps: CrmApiDeps = {
    keys: dynamoApiKeyStore(workspace, clock),
    adminKeyHash: hashOfKey(adminKey),
    shops,
    settings,
    platforms,
    recomputes: recomputesOf({ runs, work: workQueue, clock }),
    workQueue,
    ...recording,
    ...coupons,
    newSecret: newWebhookSecret,
    touches: new DynamoTouchStore(client, tableNames),
    journeys,
    enrolments: dynamoEnrolmentStore(client, tableNames.touches),
    cases: dynamoCaseStore(client, tableNames),
    behaviour,
    rates: dynamoSendingRates(workspace, clock),
    outboundSecret: `whsec_${testKeys.webhookKey.toString('base64')}`,
    identityHash,
    audit: dynamoAuditLog(workspace),
    merge: async (id, other) => mergeCustomers([id, other], await settings.settings(api.time), recording),
    cursors: signedCursors(testKeys.cursorTag),
    migrations: dynamoMigrationLog(client, tableNames.migrations),
    parked,
    segments: dynamoSegmentStore(workspace),
    campaigns: dynamoCampaignStore(workspace, tableNames.touches, clock),
    limits: dynamoNightlyLimits(workspace, clock),
    stageCounts: dynamoStageCounts(workspace),
    jobs: dynamoJobStore(workspace),
    files: filesInMemory(),
    products: dynamoProductStore(workspace),
    recommendations: { shopTables: async () => undefined },
    newJobId: () => ulid(api.time),
    runs,
    replay: (id) =>
      replayParked(id, { ...recording, work: workQueue, platforms, shops, settings, parked, behaviour, identityHash }),
    assets: async () => undefined,
    logger,
    ...over,
  };
  const noFacts = { facts: async () => undefined, previews: { preview: async () => undefined } };
  const templates = dynamoTemplateStore(workspace, clock);
  const composing = {
    renderer: liquidRenderer(),
    templates,
    links: messageLinks(testKeys, 'https://shop.example'),
  };
  const marketing = {
    ...deps,
    journeys,
    ...coupons,
    rates: dynamoSendingRates(workspace, clock),
    ...campaignsOn(
      client,
      { WORKSPACE_TABLE: tableNames.workspace, TOUCHES_TABLE: tableNames.touches },
      { ...recording, ...coupons, ...composing },
    ),
    publicUrl: 'https://shop.example',
    ...composing,
    work: workQueue,
    queues: { call: async () => undefined, try: async () => undefined },
    subscriptions: dynamoSubscriptionStore(workspace, clock),
    deliveries: dynamoDeliveryLog(workspace, clock),
    secretOf: (one: Subscription) => `whsec_${subscriptionKey(testKeys.webhookKey, one).toString('base64')}`,
    newId: () => ulid(api.time),
    rehearsals: dynamoRehearsalStore(workspace),
    nights: dynamoNightMarks(workspace),
    manifests: dynamoFactsManifests(workspace),
    cases: dynamoCaseStore(client, tableNames),
    caseAlerts: dynamoCaseAlerts(workspace),
    ...over,
  };
  const handlerOf = handlers(deps, marketing, { ...noFacts, ...over });
  const api: ApiUnderTest = {
    deps,
    marketing,
    local,
    store,
    sent,
    lines,
    time: Date.UTC(2026, 10, 23, 8),
    async call(method, url, { body, key = adminKey, headers = {} } = {}) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const event = httpEvent(method, url, {
        headers: {
          'content-type': 'application/json',
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(text !== undefined && { body: text }),
      });
      const handler = await handlerOf(method, event.rawPath);
      const result = await handler(event, lambdaContext());
      const answer = answerOf(result);
      keepsContract(method, event.rawPath, answer);
      return answer;
    },
    async keyOf(role) {
      const { status, json } = await api.call('POST', '/v1/keys', { body: { name: `a ${role}`, role } });
      expect(status).toBe(201);
      return z.string().parse(json.key);
    },
  };
  return api;
}

type Facts = Pick<ReportQueryDeps, 'facts' | 'previews'>;

/** The function that has the route; that of facts, with its engine, is loaded where a test asks it. */
function handlers(
  deps: CrmApiDeps,
  marketing: MarketingApiDeps,
  facts: Facts,
): (method: string, path: string) => Promise<HttpHandler> {
  const crmApi = createHandler(deps);
  const isOneOf = (some: object, method: string, path: string) => {
    try {
      return matchRoute(method, path).id in some;
    } catch {
      return false;
    }
  };
  return async (method, path) => {
    if (isOneOf(marketingRoutes, method, path)) {
      const marketingApi = await import('../../functions/marketing-api/handler.ts');
      return marketingApi.createHandler(marketing);
    }
    if (!isOneOf(factRoutes, method, path)) return crmApi;
    const reportQuery = await import('../../functions/report-query/handler.ts');
    return reportQuery.createHandler({ ...deps, ...facts });
  };
}

function answerOf({
  statusCode = 0,
  headers = {},
  body = '',
  isBase64Encoded,
}: Awaited<ReturnType<ReturnType<typeof createHandler>>>): Answer {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('latin1') : body;
  const isJson = String(headers['content-type']).includes('json');
  return { status: statusCode, headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Whatever is answered is what the description says. */
function keepsContract(method: string, path: string, { status, json, headers, text }: Answer): void {
  expect(status, text).not.toBe(500);
  if (status >= 400) {
    expect(headers['content-type']).toBe('application/problem+json');
    problemSchema.parse(json);
    return;
  }
  const answer = matchRoute(method, path).route.answers[status];
  expect(answer, `${method} ${path} does not describe ${status}`).toBeDefined();
  if (json !== undefined) answer?.schema?.parse(json);
}
