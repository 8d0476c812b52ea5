import { Duration } from 'aws-cdk-lib';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { envSchema as minuteSweepEnv } from '../../functions/minute-sweep/env.ts';
import type { envSchema as touchSendEnv } from '../../functions/touch-send/env.ts';
import { channels } from '../../shared/contracts/channels.ts';
import { factsPrefix } from '../../shared/contracts/facts-files.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { acknowledge, acknowledgeObjects } from '../constructs/acknowledge.ts';
import type { ConsumedQueue } from '../constructs/consumed-queue.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, sendsMail, sendsTo, textsPhones, usesObjects, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';
import { sendTimeout, type TouchQueues } from './touch-queues.ts';

export const touchSendingSources: readonly FunctionSource[] = [{ name: 'minute-sweep' }, { name: 'touch-send' }];

export interface TouchSendingProps {
  readonly service: Service;
  readonly queues: TouchQueues;
  readonly workQueue: ConsumedQueue;
  readonly configurationSet: ConfigurationSet;
  readonly mailFrom: string;
  /** Where links in messages lead. */
  readonly publicUrl: string;
  /** `true` or `false`. */
  readonly plainHttpWebhooks: string;
}

/** Copies of the sender on each queue: enough to keep up with a provider, few enough that each has a share of its rate. */
const senders = 4;

/** Messages out: called for every minute when they are due, sent one customer at a time. */
export class TouchSending extends Construct {
  readonly send: ServiceFunction<typeof touchSendEnv>;
  readonly sweep: ScheduledFunction<typeof minuteSweepEnv>;

  constructor(scope: Construct, id: string, props: TouchSendingProps) {
    super(scope, id);
    this.send = this.makeSend(props);
    for (const channel of channels) {
      props.queues.queues[channel].deliverTo(this.send, { batchSize: 10, maxConcurrency: senders });
    }
    this.sweep = this.makeSweep(props);
  }

  private makeSend(props: TouchSendingProps): ServiceFunction<typeof touchSendEnv> {
    const { tables, rootSecret, facts } = props.service.data;
    const send = new ServiceFunction<typeof touchSendEnv>(this, 'touch-send', {
      ...props.service,
      description: 'Sends what is due to one customer: puts it to every gate, claims it, hands it to the provider.',
      timeout: sendTimeout,
      memoryMb: 1024,
      environment: {
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'ConditionCheckItem']),
        ORDERS_TABLE: usesTable(tables.orders, ['BatchGetItem']),
        CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'PutItem']),
        TOUCHES_TABLE: usesTable(tables.touches, ['GetItem', 'PutItem', 'Query']),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['GetItem', 'Query', 'UpdateItem']),
        FACTS_BUCKET: usesObjects(facts, factsPrefix, ['GetObject']),
        LEDGER_TABLE: usesTable(tables.ledger, ['BatchGetItem', 'PutItem', 'Query', 'UpdateItem']),
        WORK_QUEUE_URL: sendsTo(props.workQueue.queue),
        ROOT_SECRET_ID: readsSecret(rootSecret),
        CONFIGURATION_SET: sendsMail(props.configurationSet.configurationSetName),
        MAIL_FROM: props.mailFrom,
        PUBLIC_URL: props.publicUrl,
        SENDERS: String(senders),
        SMS_REGION: textsPhones(),
        PLAIN_HTTP_WEBHOOKS: props.plainHttpWebhooks,
      },
    });
    acknowledgeObjects(send, facts, factsPrefix, 'Keys of facts hold the run they are of: they are made every night.');
    acknowledge(
      send,
      'AwsSolutions-IAM5[Resource::*]',
      'Phones have no ARN, and topics are denied; the quota is that of the account.',
    );
    acknowledge(
      send,
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
      'Mail goes out under whichever identity the settings name.',
    );
    return send;
  }

  private makeSweep({ service, queues, workQueue }: TouchSendingProps): ScheduledFunction<typeof minuteSweepEnv> {
    const { tables } = service.data;
    return new ScheduledFunction<typeof minuteSweepEnv>(this, 'minute-sweep', {
      ...service,
      schedule: 'minute',
      expression: 'rate(1 minute)',
      description: 'Calls for the messages that have come due.',
      timeout: Duration.seconds(50),
      memoryMb: 256,
      environment: {
        TOUCHES_TABLE: usesTable(tables.touches, [], { due: ['Query'] }),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['GetItem', 'PutItem']),
        WORK_QUEUE_URL: sendsTo(workQueue.queue),
        ...queues.uses(),
      },
      failureImpact:
        'The sweep of a minute failed: what was deferred to it goes out late. Find the cause in the log of minute-sweep; the next one catches up.',
    });
  }
}
