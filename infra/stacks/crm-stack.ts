import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Bundles, FunctionSource } from '../bundling/bundle-functions.ts';
import { BackgroundWork, backgroundWorkSources } from '../capabilities/background-work.ts';
import { CrmApi, crmApiSources } from '../capabilities/crm-api.ts';
import { LifeCycle, lifeCycleSources } from '../capabilities/life-cycle.ts';
import { MarketingApi, marketingApiSources } from '../capabilities/marketing-api.ts';
import { Observability } from '../capabilities/observability.ts';
import { OrderIntake, orderIntakeSources } from '../capabilities/order-intake.ts';
import { Reports, reportSources } from '../capabilities/reports.ts';
import type { Service } from '../capabilities/service.ts';
import { TouchFeedback, touchFeedbackSources } from '../capabilities/touch-feedback.ts';
import { TouchQueues } from '../capabilities/touch-queues.ts';
import { TouchSending, touchSendingSources } from '../capabilities/touch-sending.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { PublicHttpApi } from '../constructs/public-http-api.ts';
import type { StageSettings } from '../stages.ts';
import type { DataStack } from './data-stack.ts';

export interface CrmStackProps extends StackProps {
  readonly stage: StageSettings;
  readonly bundles: Bundles;
  readonly data: DataStack;
}

/** Every function of the stack; the bundler works from this list. */
export const crmStackSources: readonly FunctionSource[] = [
  ...orderIntakeSources,
  ...backgroundWorkSources,
  ...lifeCycleSources,
  ...touchSendingSources,
  ...touchFeedbackSources,
  ...crmApiSources,
  ...marketingApiSources,
  ...reportSources,
];

/** Everything that can be deleted and deployed again: functions, queues, routes, schedules, alarms. */
export class CrmStack extends Stack {
  constructor(scope: Construct, id: string, { stage, bundles, data, ...props }: CrmStackProps) {
    super(scope, id, props);
    const adminKeyHash = new CfnParameter(this, 'AdminKeyHash', {
      description: 'SHA-256, in hex, of the first admin key. The key itself is never told to AWS.',
      noEcho: true,
      allowedPattern: '^[0-9a-f]{64}$',
      constraintDescription: 'must be 64 lower-case hexadecimal digits, as sha256sum prints them',
    });
    const mailFrom = new CfnParameter(this, 'MailFrom', {
      description: 'Who mail is from: an address, or a name and an address, of an identity that SES has verified.',
      allowedPattern: '.*@.*',
      constraintDescription: 'must be an address, such as Tea shop <service@shop.example>',
    });
    const plainHttp = new CfnParameter(this, 'PlainHttpWebhooks', {
      description: 'true only on one machine: webhooks of ours may go to plain http there.',
      allowedValues: ['true', 'false'],
      default: 'false',
    });
    const alarms = new AlarmTopic(this, 'alarms', stage);
    const service: Service = { stage, bundles, alarms, data };
    const api = new PublicHttpApi(this, 'http-api', {
      stage,
      alarms,
      description: 'Huitou: webhooks of shops and the CRM API.',
      rateLimit: 500,
      burstLimit: 1000,
      failureImpact:
        'Requests fail on our side: shops repeat their webhooks for a while, marketers see errors. Look at the logs of order-webhook and crm-api.',
    });
    const touchQueues = new TouchQueues(this, 'touch-queues', service);
    const work = new BackgroundWork(this, 'background-work', {
      service,
      touchQueues,
      publicUrl: stage.publicUrl ?? api.url,
      plainHttpWebhooks: plainHttp.valueAsString,
    });
    const orderIntake = new OrderIntake(this, 'order-intake', service, api, work.workQueue);
    const lifeCycle = new LifeCycle(this, 'life-cycle', service, work.workQueue);
    const touchFeedback = new TouchFeedback(this, 'touch-feedback', service, api, work.workQueue);
    const touchSending = new TouchSending(this, 'touch-sending', {
      service,
      queues: touchQueues,
      workQueue: work.workQueue,
      configurationSet: touchFeedback.configurationSet,
      mailFrom: mailFrom.valueAsString,
      publicUrl: stage.publicUrl ?? api.url,
      plainHttpWebhooks: plainHttp.valueAsString,
    });
    const crmApi = new CrmApi(this, 'crm-api', {
      service,
      api,
      workQueue: work.workQueue,
      adminKeyHash: adminKeyHash.valueAsString,
    });
    const marketingApi = new MarketingApi(this, 'marketing-api', {
      service,
      api,
      workQueue: work.workQueue,
      touchQueues,
      publicUrl: stage.publicUrl ?? api.url,
      adminKeyHash: adminKeyHash.valueAsString,
    });
    const reports = new Reports(this, 'reports', { service, api, adminKeyHash: adminKeyHash.valueAsString });
    new Observability(this, 'observability', {
      service,
      api,
      functions: {
        'order-webhook': orderIntake.webhook.lambda,
        'order-record': orderIntake.record.lambda,
        'change-relay': work.relay.lambda,
        'work-run': work.workRun.lambda,
        'night-plan': lifeCycle.nightPlan.target.lambda,
        'minute-sweep': touchSending.sweep.target.lambda,
        'touch-send': touchSending.send.lambda,
        'touch-feedback': touchFeedback.feedback.lambda,
        'public-pages': touchFeedback.pages.lambda,
        'crm-api': crmApi.handler.lambda,
        'marketing-api': marketingApi.handler.lambda,
        'report-query': reports.query.lambda,
      },
      queues: { 'orders.fifo': orderIntake.ordersQueue, work: work.workQueue, ...touchQueues.byName() },
    });
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where shops and programs call.' });
  }
}
