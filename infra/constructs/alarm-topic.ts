import { Aws, Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';

export interface AlarmOptions {
  readonly metric: IMetric;
  /** Raised when the metric is at or above this ... */
  readonly atLeast?: number;
  /** ... or below this. */
  readonly below?: number;
  /** For this many of the metric's periods in a row; 1 by default. */
  readonly periods?: number;
  /** What goes wrong for whom, and what to do first. It is the text of the alarm mail. */
  readonly failureImpact: string;
  /** No data means trouble, instead of calm: for things that must happen. */
  readonly silenceIsTrouble?: boolean;
}

/** The topic all alarms tell, and the list of them for the dashboard. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  readonly alarms: Alarm[] = [];
  private readonly prefix: string;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.prefix = stage.prefix;
    this.topic = new Topic(this, 'topic', { displayName: `${stage.prefix} alarms`, enforceSSL: true });
    // The policy that demands TLS replaces the default one, which let this account's alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (stage.alarmEmail) this.topic.addSubscription(new EmailSubscription(stage.alarmEmail));
  }

  /** Watches a metric and tells the topic when it goes wrong and when it is well again. */
  watch(scope: Construct, name: string, options: AlarmOptions): Alarm {
    const alarm = new Alarm(scope, `${name}-alarm`, {
      alarmName: `${this.prefix}-${name}`,
      alarmDescription: options.failureImpact,
      metric: options.metric,
      ...limit(options),
      evaluationPeriods: options.periods ?? 1,
      treatMissingData: options.silenceIsTrouble ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    this.alarms.push(alarm);
    return alarm;
  }
}

/** The finest period at no extra cost; most alarms look at five minutes. */
export const alarmPeriod = Duration.minutes(5);

function limit({ atLeast, below }: AlarmOptions) {
  if (below !== undefined) return { threshold: below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD };
  return { threshold: atLeast ?? 1, comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD };
}
