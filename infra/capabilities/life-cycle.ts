import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { envSchema as nightPlanEnv } from '../../functions/night-plan/env.ts';
import type { envSchema as workRunEnv } from '../../functions/work-run/env.ts';
import type { FunctionSource } from '../bundle.ts';
import { ConsumedQueue } from '../constructs/consumed-queue.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, sendsTo, usesTable } from '../constructs/uses.ts';
import { businessMetric } from './business-metrics.ts';
import type { Service } from './service.ts';

export const lifeCycleSources: readonly FunctionSource[] = [{ name: 'night-plan' }, { name: 'work-run' }];

/** Stages that change by time alone: planned each night, computed in parts from the work queue. */
export class LifeCycle extends Construct {
  readonly workQueue: ConsumedQueue;
  readonly nightPlan: ScheduledFunction<typeof nightPlanEnv>;
  readonly workRun: ServiceFunction<typeof workRunEnv>;

  constructor(scope: Construct, id: string, service: Service) {
    super(scope, id);
    const partTimeout = Duration.seconds(60);
    this.workQueue = new ConsumedQueue(this, 'work', {
      ...service,
      consumerTimeout: partTimeout,
      attempts: 5,
      failureImpact:
        'Parts of a night or of a recompute failed: some customers keep an old stage. Find the cause in the log of work-run, then redrive the dead-letter queue; a part done twice does no harm.',
      lateAfter: Duration.hours(1),
      lateImpact: 'Work waits longer than an hour: stages are behind. Look for throttled tables or errors of work-run.',
    });
    this.nightPlan = this.makeNightPlan(service);
    this.workRun = this.makeWorkRun(service, partTimeout);
    this.workQueue.deliverTo(this.workRun, { batchSize: 1, maxConcurrency: 20 });
  }

  private makeNightPlan(service: Service): ScheduledFunction<typeof nightPlanEnv> {
    const { workspace } = service.data.tables;
    service.alarms.watch(this, 'night-missing', {
      metric: businessMetric('NightsPlanned', Duration.hours(1)),
      below: 1,
      periods: 26,
      silenceIsTrouble: true,
      failureImpact:
        'No night was planned for 26 hours: stages that change by time stand still. Look at the schedule and the log of night-plan; the next night catches up on all it missed.',
    });
    return new ScheduledFunction<typeof nightPlanEnv>(this, 'night-plan', {
      ...service,
      schedule: 'nightly',
      expression: service.stage.nightly,
      description: 'Cuts the night into parts and puts them on the work queue.',
      timeout: Duration.seconds(60),
      memoryMb: 256,
      environment: {
        WORKSPACE_TABLE: usesTable(workspace, ['GetItem', 'PutItem']),
        WORK_QUEUE_URL: sendsTo(this.workQueue.queue),
      },
      failureImpact:
        'The nightly plan failed: stages that change by time stand still. Find the cause in the log of night-plan; the next night catches up on all it missed.',
    });
  }

  private makeWorkRun(service: Service, timeout: Duration): ServiceFunction<typeof workRunEnv> {
    const { tables, rootSecret } = service.data;
    return new ServiceFunction<typeof workRunEnv>(this, 'work-run', {
      ...service,
      description: 'Does one part of a night or of a recompute, and hands on what it has no time for.',
      timeout,
      memoryMb: 1024,
      environment: {
        ORDERS_TABLE: usesTable(tables.orders, ['BatchGetItem', 'PutItem', 'Scan']),
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'PutItem', 'Scan'], {
          due: ['Query'],
        }),
        IDENTITIES_TABLE: usesTable(tables.identities, ['BatchGetItem', 'PutItem', 'Scan']),
        MIGRATIONS_TABLE: usesTable(tables.migrations, ['PutItem']),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']),
        WORK_QUEUE_URL: sendsTo(this.workQueue.queue),
        ROOT_SECRET_ID: readsSecret(rootSecret),
      },
    });
  }
}
