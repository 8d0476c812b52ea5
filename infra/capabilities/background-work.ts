import { type CfnElement, Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { envSchema as changeRelayEnv } from '../../functions/change-relay/env.ts';
import type { envSchema as workRunEnv } from '../../functions/work-run/env.ts';
import { factsPrefix } from '../../shared/contracts/facts-files.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { acknowledge, acknowledgeObjects } from '../constructs/acknowledge.ts';
import { ConsumedQueue } from '../constructs/consumed-queue.ts';
import { RelayedStream } from '../constructs/relayed-stream.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { putsEvents, readsSecret, sendsTo, usesObjects, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';
import type { TouchQueues } from './touch-queues.ts';

export const backgroundWorkSources: readonly FunctionSource[] = [{ name: 'change-relay' }, { name: 'work-run' }];

export interface BackgroundWorkProps {
  readonly service: Service;
  readonly touchQueues: TouchQueues;
  /** Where links in messages lead. */
  readonly publicUrl: string;
  /** `true` or `false`. */
  readonly plainHttpWebhooks: string;
}

/** The one work queue and who works on it; changes of orders and customers arrive in it through one relay. */
export class BackgroundWork extends Construct {
  readonly workQueue: ConsumedQueue;
  readonly workRun: ServiceFunction<typeof workRunEnv>;
  readonly relay: ServiceFunction<typeof changeRelayEnv>;

  /** What other systems hear of, where the settings switch it on. */
  readonly events: EventBus;

  constructor(
    scope: Construct,
    id: string,
    { service, touchQueues, publicUrl, plainHttpWebhooks }: BackgroundWorkProps,
  ) {
    super(scope, id);
    const partTimeout = Duration.seconds(60);
    this.workQueue = new ConsumedQueue(this, 'work', {
      ...service,
      consumerTimeout: partTimeout,
      attempts: 5,
      failureImpact:
        'Parts of a night or of a recompute, or the planning of messages, failed: some customers keep an old stage, or do not hear of their order. Find the cause in the log of work-run, then redrive the dead-letter queue; a part done twice does no harm.',
      late: {
        after: Duration.hours(1),
        impact: 'Work waits longer than an hour: stages are behind. Look for throttled tables or errors of work-run.',
      },
    });
    this.events = new EventBus(this, 'events', { eventBusName: `huitou-${service.stage.name}` });
    this.workRun = this.makeWorkRun(service, partTimeout, touchQueues, publicUrl, plainHttpWebhooks);
    this.workQueue.deliverTo(this.workRun, { batchSize: 1, maxConcurrency: 20 });
    this.relay = this.makeRelay(service);
  }

  private makeRelay(service: Service): ServiceFunction<typeof changeRelayEnv> {
    const relay = new ServiceFunction<typeof changeRelayEnv>(this, 'change-relay', {
      ...service,
      description: 'Tells the work queue which orders and customers have changed.',
      timeout: Duration.seconds(30),
      memoryMb: 256,
      environment: { WORK_QUEUE_URL: sendsTo(this.workQueue.queue) },
    });
    const { tables } = service.data;
    const lost = this.lostChanges(service);
    acknowledge(relay, 'AwsSolutions-IAM5[Resource::*]', 'Streams are listed for the account, not for one of them.');
    acknowledge(
      relay,
      `AwsSolutions-IAM5[Resource::<${Stack.of(lost).getLogicalId(lost.node.defaultChild as CfnElement)}.Arn>/*]`,
      'Each lost batch is an object of its own in this bucket.',
    );
    new RelayedStream(this, 'orders-changed', { table: tables.orders, target: relay, lost });
    new RelayedStream(this, 'customers-changed', { table: tables.customers, target: relay, lost });
    return relay;
  }

  /** Changes that could not be told on, whole, for whoever repairs and replays them. */
  private lostChanges({ stage }: Service): Bucket {
    const bucket = new Bucket(this, 'lost-changes', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy: stage.removalPolicy,
    });
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'Written by the delivery of streams alone, and empty unless something is wrong.',
    );
    return bucket;
  }

  private makeWorkRun(
    service: Service,
    timeout: Duration,
    touchQueues: TouchQueues,
    publicUrl: string,
    plainHttpWebhooks: string,
  ): ServiceFunction<typeof workRunEnv> {
    const { tables, rootSecret, facts, transfers } = service.data;
    const workRun = new ServiceFunction<typeof workRunEnv>(this, 'work-run', {
      ...service,
      description: 'Does one part of a night or of a recompute, or plans messages; hands on what it has no time for.',
      timeout,
      memoryMb: 1024,
      environment: {
        ORDERS_TABLE: usesTable(tables.orders, ['BatchGetItem', 'ConditionCheckItem', 'PutItem', 'Scan']),
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'PutItem', 'Scan'], {
          due: ['Query'],
        }),
        IDENTITIES_TABLE: usesTable(tables.identities, ['BatchGetItem', 'PutItem', 'Scan']),
        MIGRATIONS_TABLE: usesTable(tables.migrations, ['PutItem']),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']),
        CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'DeleteItem', 'PutItem']),
        TOUCHES_TABLE: usesTable(
          tables.touches,
          ['BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan'],
          {
            byOrigin: ['Query'],
            due: ['Query'],
          },
        ),
        LEDGER_TABLE: usesTable(tables.ledger, ['BatchGetItem', 'DeleteItem', 'PutItem', 'Query', 'UpdateItem']),
        WORK_QUEUE_URL: sendsTo(this.workQueue.queue),
        PUBLIC_URL: publicUrl,
        EVENT_BUS: putsEvents(this.events),
        PLAIN_HTTP_WEBHOOKS: plainHttpWebhooks,
        ...touchQueues.uses(),
        FACTS_BUCKET: usesObjects(facts, factsPrefix, ['GetObject', 'PutObject']),
        TRANSFERS_BUCKET: usesObjects(transfers, '', ['GetObject', 'PutObject']),
        ROOT_SECRET_ID: readsSecret(rootSecret),
      },
    });
    acknowledgeObjects(workRun, facts, factsPrefix, 'Each census writes files of its own, named by what they cover.');
    acknowledgeObjects(workRun, transfers, '', 'Each import and export has files of its own, named by its job.');
    return workRun;
  }
}
