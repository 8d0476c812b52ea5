import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { envSchema as orderRecordEnv } from '../../functions/order-record/env.ts';
import type { envSchema as orderWebhookEnv } from '../../functions/order-webhook/env.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { alarmPeriod } from '../constructs/alarm-topic.ts';
import { ConsumedQueue } from '../constructs/consumed-queue.ts';
import type { PublicHttpApi } from '../constructs/public-http-api.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, sendsTo, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';

export const orderIntakeSources: readonly FunctionSource[] = [{ name: 'order-webhook' }, { name: 'order-record' }];

/** Shops' webhooks in: recorded at once, or queued when storage is busy and recorded soon after. */
export class OrderIntake extends Construct {
  readonly ordersQueue: ConsumedQueue;
  readonly webhook: ServiceFunction<typeof orderWebhookEnv>;
  readonly record: ServiceFunction<typeof orderRecordEnv>;

  constructor(scope: Construct, id: string, service: Service, api: PublicHttpApi, workQueue: ConsumedQueue) {
    super(scope, id);
    const recordTimeout = Duration.seconds(20);
    this.ordersQueue = new ConsumedQueue(this, 'orders', {
      ...service,
      fifo: true,
      consumerTimeout: recordTimeout,
      attempts: 8,
      failureImpact:
        'Order events could not be recorded: the files of these customers are behind. Find the cause in the log of order-record, then redrive the dead-letter queue; recording twice does no harm.',
      late: {
        after: Duration.minutes(15),
        impact:
          'Order events wait longer than 15 minutes: customer files are behind. Look for throttled tables or errors of order-record.',
      },
    });
    this.webhook = this.makeWebhook(service, api, workQueue);
    this.record = new ServiceFunction<typeof orderRecordEnv>(this, 'order-record', {
      ...service,
      description: 'Records order events that the webhook could not record at once.',
      timeout: recordTimeout,
      memoryMb: 512,
      environment: { ...recordingRights(service), WORK_QUEUE_URL: sendsTo(workQueue.queue) },
    });
    this.ordersQueue.deliverTo(this.record, { batchSize: 10, maxConcurrency: 10 });
  }

  private makeWebhook(
    service: Service,
    api: PublicHttpApi,
    workQueue: ConsumedQueue,
  ): ServiceFunction<typeof orderWebhookEnv> {
    const webhook = new ServiceFunction<typeof orderWebhookEnv>(this, 'order-webhook', {
      ...service,
      description: 'Takes signed webhooks of shops and records their orders.',
      timeout: Duration.seconds(10),
      memoryMb: 512,
      environment: {
        ...recordingRights(service),
        ORDERS_QUEUE_URL: sendsTo(this.ordersQueue.queue),
        WORK_QUEUE_URL: sendsTo(workQueue.queue),
      },
    });
    api.route(
      webhook,
      [{ method: 'POST', path: '/webhooks/{shopId}' }],
      "Every request carries the shop's signature over the raw bytes; the function verifies it in constant time.",
    );
    service.alarms.watch(this, 'webhook-slow', {
      metric: webhook.lambda.metricDuration({ period: alarmPeriod, statistic: 'p99' }),
      atLeast: Duration.seconds(4).toMilliseconds(),
      periods: 3,
      failureImpact:
        'Webhooks take over 4 seconds: shops give up after about 5 and switch a hook off when it keeps failing. Look at the latency of the tables.',
    });
    return webhook;
  }
}

/** What recording an order needs: the order, who it belongs to, and the shop it came from; and, for checkouts, what customers do. */
function recordingRights({ data: { tables, rootSecret } }: Service) {
  return {
    ORDERS_TABLE: usesTable(tables.orders, ['BatchGetItem', 'PutItem']),
    CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'ConditionCheckItem', 'PutItem']),
    IDENTITIES_TABLE: usesTable(tables.identities, ['BatchGetItem', 'PutItem']),
    MIGRATIONS_TABLE: usesTable(tables.migrations, ['PutItem']),
    CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'PutItem']),
    WORKSPACE_TABLE: usesTable(tables.workspace, ['GetItem', 'PutItem', 'UpdateItem']),
    ROOT_SECRET_ID: readsSecret(rootSecret),
  };
}
