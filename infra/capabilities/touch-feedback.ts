import { Aws, Duration, Tags } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { envSchema as publicPagesEnv } from '../../functions/public-pages/env.ts';
import type { envSchema as touchFeedbackEnv } from '../../functions/touch-feedback/env.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { type ConsumedQueue, deadLetterQueue } from '../constructs/consumed-queue.ts';
import type { PublicHttpApi } from '../constructs/public-http-api.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, sendsTo, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';

export const touchFeedbackSources: readonly FunctionSource[] = [{ name: 'touch-feedback' }, { name: 'public-pages' }];

/** What comes back of messages: the provider's reports, answers to text messages, links that were followed. */
export class TouchFeedback extends Construct {
  readonly configurationSet: ConfigurationSet;
  readonly feedback: ServiceFunction<typeof touchFeedbackEnv>;
  readonly pages: ServiceFunction<typeof publicPagesEnv>;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, service: Service, api: PublicHttpApi, workQueue: ConsumedQueue) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'feedback-dead', {
      ...service,
      failureImpact:
        'What a mail provider or a phone reported could not be taken in: a bounced or complaining address may be written to again. Find the cause in the log of touch-feedback, then give it each dead letter again (aws lambda invoke); taking one in twice does no harm.',
    });
    this.feedback = new ServiceFunction<typeof touchFeedbackEnv>(this, 'touch-feedback', {
      ...service,
      description: 'Takes in bounces, complaints, deliveries, opens and clicks, and answers to text messages.',
      timeout: Duration.seconds(60),
      memoryMb: 512,
      environment: this.rights(service, workQueue),
      deadLetterQueue: this.deadLetters,
    });
    const mailEvents = this.topic(service, 'mail-events');
    const replies = this.topic(service, 'sms-replies');
    replies.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sms-voice.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [replies.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.feedback.lambda.addPermission('sms-delivery-logs', {
      principal: new ServicePrincipal('logs.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:sns/*`,
    });
    Tags.of(replies).add('local:takes', 'sms-replies');
    Tags.of(this.feedback.lambda).add('local:takes', 'sms-delivery-logs');
    this.configurationSet = this.makeConfigurationSet(service, mailEvents);
    this.pages = this.makePages(service, api, workQueue);
  }

  private rights(service: Service, workQueue: ConsumedQueue) {
    const { tables, rootSecret } = service.data;
    return {
      CUSTOMERS_TABLE: tables.customers.tableName,
      ORDERS_TABLE: tables.orders.tableName,
      CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'PutItem']),
      TOUCHES_TABLE: usesTable(tables.touches, ['BatchGetItem', 'GetItem', 'PutItem']),
      WORKSPACE_TABLE: usesTable(tables.workspace, ['UpdateItem']),
      WORK_QUEUE_URL: sendsTo(workQueue.queue),
      ROOT_SECRET_ID: readsSecret(rootSecret),
    };
  }

  /** A topic touch-feedback listens to; who may publish to it is said where that is known. */
  private topic(service: Service, name: string): Topic {
    const topic = new Topic(this, name, { topicName: `${service.stage.prefix}-${name}`, enforceSSL: true });
    topic.addSubscription(new LambdaSubscription(this.feedback.lambda, { deadLetterQueue: this.deadLetters }));
    return topic;
  }

  private makeConfigurationSet({ stage }: Service, topic: Topic): ConfigurationSet {
    const set = new ConfigurationSet(this, 'configuration-set', {
      configurationSetName: stage.prefix,
      reputationMetrics: true,
    });
    set.addEventDestination('events', {
      destination: EventDestination.snsTopic(topic),
      // Openings and clicks come by links of our own: SES would wrap those once more.
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.REJECT,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.SUBSCRIPTION,
      ],
    });
    return set;
  }

  private makePages(
    service: Service,
    api: PublicHttpApi,
    workQueue: ConsumedQueue,
  ): ServiceFunction<typeof publicPagesEnv> {
    const { tables, rootSecret } = service.data;
    const pages = new ServiceFunction<typeof publicPagesEnv>(this, 'public-pages', {
      ...service,
      description: 'The pages that links in messages open.',
      timeout: Duration.seconds(10),
      memoryMb: 512,
      environment: {
        ORDERS_TABLE: usesTable(tables.orders, []),
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'ConditionCheckItem', 'PutItem']),
        IDENTITIES_TABLE: usesTable(tables.identities, []),
        MIGRATIONS_TABLE: usesTable(tables.migrations, ['PutItem']),
        CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'PutItem']),
        TOUCHES_TABLE: usesTable(tables.touches, ['BatchGetItem', 'GetItem', 'PutItem'], { byLink: ['Query'] }),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['GetItem', 'PutItem', 'Query']),
        LEDGER_TABLE: usesTable(tables.ledger, ['BatchGetItem', 'PutItem', 'Query', 'UpdateItem']),
        WORK_QUEUE_URL: sendsTo(workQueue.queue),
        ROOT_SECRET_ID: readsSecret(rootSecret),
      },
    });
    const followed = ['t', 'o'].flatMap((letter) => [
      { method: 'GET' as const, path: `/${letter}/{token}` },
      { method: 'HEAD' as const, path: `/${letter}/{token}` },
    ]);
    const asking = ['u', 'p', 'q', 'c'].flatMap((letter) => [
      { method: 'GET' as const, path: `/${letter}/{token}` },
      { method: 'POST' as const, path: `/${letter}/{token}` },
    ]);
    api.route(
      pages,
      [...asking, ...followed],
      'Links in messages are followed without a login (RFC 8058); each carries a signature that stands for one message.',
    );
    return pages;
  }
}
