import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { envSchema as nightPlanEnv } from '../../functions/night-plan/env.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import type { ConsumedQueue } from '../constructs/consumed-queue.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { sendsTo, usesTable } from '../constructs/uses.ts';
import { businessMetric } from './business-metrics.ts';
import type { Service } from './service.ts';

export const lifeCycleSources: readonly FunctionSource[] = [{ name: 'night-plan' }];

/** Stages that change by time alone: planned each night, computed in parts from the work queue. */
export class LifeCycle extends Construct {
  readonly nightPlan: ScheduledFunction<typeof nightPlanEnv>;

  constructor(scope: Construct, id: string, service: Service, workQueue: ConsumedQueue) {
    super(scope, id);
    this.nightPlan = this.makeNightPlan(service, workQueue);
  }

  private makeNightPlan(service: Service, workQueue: ConsumedQueue): ScheduledFunction<typeof nightPlanEnv> {
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
        WORKSPACE_TABLE: usesTable(workspace, ['GetItem', 'PutItem', 'Query']),
        WORK_QUEUE_URL: sendsTo(workQueue.queue),
      },
      failureImpact:
        'The nightly plan failed: stages that change by time stand still. Find the cause in the log of night-plan; the next night catches up on all it missed.',
    });
  }
}
