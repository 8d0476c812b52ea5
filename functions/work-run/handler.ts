import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Work, workSchema } from '../../shared/contracts/work.ts';
import { describeError } from '../../shared/runtime/describe-error.ts';
import { createQueueHandler, type QueueHandler } from '../../shared/runtime/queue-handler.ts';
import { lookAtCases, type NightlyCaseDeps } from '../../shared/usecases/cases/look-at-cases.ts';
import type { CensusDeps } from '../../shared/usecases/census/census-parts.ts';
import { type CloseDeps, closeCensus } from '../../shared/usecases/census/close-census.ts';
import { runCensusPart } from '../../shared/usecases/census/run-census-part.ts';
import { type GrantDeps, grantCoupons } from '../../shared/usecases/coupons/grant-coupons.ts';
import { type RedeemDeps, redeemCoupons } from '../../shared/usecases/coupons/redeem-coupons.ts';
import { withFilesRead } from '../../shared/usecases/customers/files-read.ts';
import { type RelinkDeps, relinkPart } from '../../shared/usecases/customers/relink-identities.ts';
import { type CreditDeps, creditTouches } from '../../shared/usecases/effect/credit-touches.ts';
import { type TellOfDeps, tellOfCustomers, tellOfOrders } from '../../shared/usecases/events/tell-of-records.ts';
import { enterForCustomers, enterForOrders } from '../../shared/usecases/journeys/enter-journeys.ts';
import type { JourneyRunDeps } from '../../shared/usecases/journeys/journey-deps.ts';
import {
  type RecomputeDeps,
  type RecomputePart,
  runRecomputePart,
} from '../../shared/usecases/life-cycle/run-recompute-part.ts';
import type { PlanCounts } from '../../shared/usecases/messages/plan-touches.ts';
import { type SweepDeps, sweepRest } from '../../shared/usecases/messages/sweep-touches.ts';
import { withOrdersRead } from '../../shared/usecases/orders/orders-read.ts';
import { replayAllParked } from '../../shared/usecases/orders/replay-parked.ts';
import type { TakeInDeps } from '../../shared/usecases/orders/take-in-webhook.ts';
import type { ParkedStore, StoredOrder, Versioned } from '../../shared/usecases/ports.ts';
import { type ClearDeps, clearErased } from '../../shared/usecases/privacy/clear-erased.ts';
import { eraseNamed, eraseShopPart, type RequestDeps } from '../../shared/usecases/privacy/erase-on-request.ts';
import {
  type ComputeDeps,
  computeRecommendations,
} from '../../shared/usecases/recommendations/compute-recommendations.ts';
import { type FinishDeps, finishImport } from '../../shared/usecases/transfers/finish-import.ts';
import {
  type ImportPart,
  type ImportPartDeps,
  recordImportPart,
} from '../../shared/usecases/transfers/record-import-part.ts';
import { type SplitDeps, splitImport } from '../../shared/usecases/transfers/split-import.ts';
import { type ExportDeps, writeExport } from '../../shared/usecases/transfers/write-export.ts';
import { type MarketingWorkDeps, runMarketingWork } from './marketing-work.ts';

type WorkDeps = MarketingWorkDeps &
  RecomputeDeps &
  RelinkDeps &
  TakeInDeps &
  JourneyRunDeps &
  CreditDeps &
  TellOfDeps &
  GrantDeps &
  RedeemDeps &
  ClearDeps &
  RequestDeps &
  CensusDeps &
  CloseDeps &
  ComputeDeps &
  NightlyCaseDeps &
  SplitDeps &
  ImportPartDeps &
  FinishDeps &
  ExportDeps &
  Omit<SweepDeps, 'marks'> & { readonly parked: ParkedStore; readonly logger: Logger; readonly metrics?: Metrics };

export type Deps = Omit<WorkDeps, 'onFailure'>;

/** Does the work of one message of the queue; short of time it hands on the rest as another. */
export function createHandler(deps: Deps): QueueHandler {
  const { logger, metrics } = deps;
  const onFailure = (item: string, error: unknown) => {
    metrics?.addMetric('WorkItemsFailed', MetricUnit.Count, 1);
    logger.error('one item failed, the others go on', { item, failure: { ...describeError(error) } });
  };
  return createQueueHandler({
    parse: (body): Work => workSchema.parse(JSON.parse(body)),
    logger,
    ...(metrics && { metrics }),
    handle: (work, { remainingMs }) => run(work, remainingMs, { ...deps, onFailure }),
  });
}

async function run(work: Work, remainingMs: () => number, deps: WorkDeps): Promise<void> {
  switch (work.type) {
    case 'night.due':
    case 'recompute.all':
      return runPart(work, remainingMs, deps);
    case 'identities.relink': {
      const counts = await relinkPart(work, remainingMs, deps);
      deps.logger.info('identities looked at again', { run: work.run, ...counts });
      return;
    }
    case 'census.customers':
    case 'census.orders':
    case 'census.touches': {
      const counts = await runCensusPart(work, remainingMs, deps);
      deps.logger.info('census part done', { run: work.run, segment: work.segment, ...counts });
      return;
    }
    case 'census.close': {
      const outcome = await closeCensus(work, remainingMs, deps);
      deps.logger.info('census looked at', { run: work.run, outcome });
      return;
    }
    case 'recommendations.compute': {
      const outcome = await computeRecommendations(work, deps);
      deps.logger.info('recommendations computed', { run: work.run, outcome });
      return nightOfCases(work, deps);
    }
    case 'parked.replay': {
      const counts = await replayAllParked(work.reason, work.after, remainingMs, deps);
      deps.logger.info('parked events replayed', { reason: work.reason, ...counts });
      return;
    }
    case 'customer.erase': {
      const done = await clearErased(work, remainingMs, deps);
      deps.logger.info('erasing a customer', { customer: work.customer, done });
      return;
    }
    case 'identities.erase':
      return handed(await eraseNamed(work, deps), work, deps);
    case 'shop.erase':
      return handed(await eraseShopPart(work, remainingMs, deps), work, deps);
    case 'orders.changed': {
      const orders = await deps.store.readOrders(work.orders);
      const store = withOrdersRead(deps.store, orders, work.orders);
      plan(await enterForOrders(work.orders, { ...deps, store }), deps);
      await tellOfOrders(work.orders, { ...deps, store });
      return lookForCoupons([...orders.values()], deps);
    }
    case 'customers.changed':
      return lookAtCustomers(work.customers, deps);
    case 'touches.due': {
      const counts = await sweepRest(work, remainingMs, deps);
      deps.logger.info('called for touches', { shard: work.shard, ...counts });
      return;
    }
    case 'import.split':
      return splitImport(work, remainingMs, deps);
    case 'import.part':
      return importPart(work, remainingMs, deps);
    case 'import.finish': {
      const job = await finishImport(work.job, deps);
      if (job) deps.logger.info('import done', { job: work.job, parts: job.parts, ...job.counts });
      return;
    }
    case 'export.write':
      return writeExport(work, remainingMs, deps);
    default:
      return runMarketingWork(work, remainingMs, deps);
  }
}

async function nightOfCases(work: Extract<Work, { type: 'recommendations.compute' }>, deps: WorkDeps): Promise<void> {
  const { escalated, alerts } = await lookAtCases(work, deps);
  if (escalated.length > 0) deps.metrics?.addMetric('CasesEscalated', MetricUnit.Count, escalated.length);
  if (alerts.length > 0) deps.metrics?.addMetric('ProductAlerts', MetricUnit.Count, alerts.length);
  for (const alert of alerts) deps.logger.warn('a product troubles many of its buyers', { ...alert });
  deps.logger.info('cases looked at', { run: work.run, escalated: escalated.length, alerts: alerts.length });
}

function handed(customers: number, { type, shop }: { type: string; shop: string }, { logger }: WorkDeps): void {
  logger.info('customers to be erased', { type, shop, customers });
}

function plan(counts: PlanCounts, { metrics, logger }: WorkDeps): void {
  if (counts.planned > 0) metrics?.addMetric('TouchesPlanned', MetricUnit.Count, counts.planned);
  if (counts.planned + counts.stale + counts.unreachable > 0) logger.info('touches planned', { ...counts });
}

/** What orders do to coupons: some redeem one, some earn one. */
async function lookForCoupons(orders: readonly Versioned<StoredOrder>[], deps: WorkDeps): Promise<void> {
  const redeemed = await redeemCoupons(orders, deps);
  const granted = await grantCoupons(orders, deps);
  if (redeemed + granted > 0) deps.logger.info('coupons of orders looked at', { redeemed, granted });
}

/** Whoever enters a journey is looked at first: what they do there is decided on files that were read just now. */
async function lookAtCustomers(customers: readonly string[], deps: WorkDeps): Promise<void> {
  const files = withFilesRead(deps.store);
  plan(await enterForCustomers(customers, deps, files), deps);
  const messages = await creditTouches(customers, deps, files);
  if (messages > 0) deps.logger.info('messages credited', { messages });
  await tellOfCustomers(customers, { ...deps, store: files });
}

async function importPart(part: ImportPart, remainingMs: () => number, deps: WorkDeps): Promise<void> {
  const counts = await recordImportPart(part, remainingMs, deps);
  if (counts) deps.logger.info('part of an import done', { job: part.job, start: part.start, ...counts });
}

async function runPart(part: RecomputePart, remainingMs: () => number, deps: WorkDeps): Promise<void> {
  const counts = await runRecomputePart(part, remainingMs, deps);
  deps.metrics?.addMetric('CustomersRead', MetricUnit.Count, counts.read);
  deps.metrics?.addMetric('StageChanges', MetricUnit.Count, counts.changed);
  deps.logger.info('part done', { run: part.run, ...counts });
}
