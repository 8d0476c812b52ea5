import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { AlarmTopic } from './alarm-topic.ts';
import { deadLetterQueue } from './consumed-queue.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface ScheduledFunctionProps<Schema extends z.ZodObject>
  extends Omit<ServiceFunctionProps<Schema>, 'deadLetterQueue'> {
  readonly alarms: AlarmTopic;
  /** Name of the schedule within the group of the stage. */
  readonly schedule: string;
  /** cron(...), rate(...) or at(...), in UTC. */
  readonly expression: string;
  /** What it means when the function did not run. */
  readonly failureImpact: string;
}

/**
 * A function that is called at set times with `{"time": "<the scheduled instant>"}`. The instant is that of the plan,
 * not of the call, so a late call does the same work. A call that cannot be delivered for two hours, or that
 * fails three times, ends in a dead-letter queue with an alarm.
 */
export class ScheduledFunction<Schema extends z.ZodObject> extends Construct {
  readonly target: ServiceFunction<Schema>;
  readonly deadLetters: Queue;

  constructor(scope: Construct, name: string, props: ScheduledFunctionProps<Schema>) {
    super(scope, `${name}-schedule`);
    this.deadLetters = deadLetterQueue(this, `${name}-dead`, props);
    this.target = new ServiceFunction(scope, name, { ...props, deadLetterQueue: this.deadLetters });
    const group = new CfnScheduleGroup(this, 'group', { name: `${props.stage.prefix}-${name}` });
    new CfnSchedule(this, 'schedule', {
      name: props.schedule,
      groupName: group.ref,
      description: props.description,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.target.lambda.functionArn,
        roleArn: this.callerRole().roleArn,
        input: JSON.stringify({ time: '<aws.scheduler.scheduled-time>' }),
        retryPolicy: { maximumEventAgeInSeconds: Duration.hours(2).toSeconds(), maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: this.deadLetters.queueArn },
      },
    });
  }

  /** The schedule's role: it may call this function and report to this queue. */
  private callerRole(): Role {
    const thisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    const role = new Role(this, 'caller', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: thisAccount }),
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.target.lambda.functionArn] }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    return role;
  }
}
