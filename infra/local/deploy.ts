import { callEngine, callTopics, EngineError } from './engines/call.ts';
import type { Engines } from './engines/engines.ts';
import type { BucketModel, Model, QueueModel, TableModel } from './model.ts';
import { SetupError } from './problem.ts';

/** Creates what the template names in the engines; what is there already (kept data) stays as it is. */
export async function deploy(model: Model, engines: Engines, region: string): Promise<void> {
  await Promise.all([
    ...model.tables.map((table) => createTable(table, engines.tables.endpoint)),
    createQueues(model.queues, engines.queues.endpoint),
    ...model.buckets.map((bucket) => createBucket(bucket, engines.queues.endpoint)),
  ]);
  for (const topic of model.topics) {
    const attributes = Object.entries(topic.attributes).flatMap(([key, value], at) => [
      [`Attributes.entry.${at + 1}.key`, key] as const,
      [`Attributes.entry.${at + 1}.value`, value] as const,
    ]);
    const input = { Action: 'CreateTopic', Name: topic.name, ...Object.fromEntries(attributes) };
    await callTopics(engines.queues.endpoint, region, input);
  }
  for (const subscription of model.subscriptions.filter(({ protocol }) => protocol === 'sqs')) {
    const attributes = Object.entries(subscription.attributes).flatMap(([key, value], at) => [
      [`Attributes.entry.${at + 1}.key`, key] as const,
      [`Attributes.entry.${at + 1}.value`, value] as const,
    ]);
    await callTopics(engines.queues.endpoint, region, {
      Action: 'Subscribe',
      TopicArn: subscription.topicArn,
      Protocol: 'sqs',
      Endpoint: subscription.endpoint,
      ...Object.fromEntries(attributes),
    });
  }
}

async function createTable(table: TableModel, endpoint: string): Promise<void> {
  const indexes = (local: boolean) =>
    table.indexes
      .filter((index) => index.local === local)
      .map((index) => ({
        IndexName: index.name,
        KeySchema: index.keySchema,
        Projection: {
          ProjectionType: index.projection,
          ...(index.included.length > 0 ? { NonKeyAttributes: index.included } : {}),
        },
      }));
  const global = indexes(false);
  const local = indexes(true);
  try {
    await callEngine(endpoint, 'dynamodb', 'CreateTable', {
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributes,
      BillingMode: 'PAY_PER_REQUEST',
      ...(global.length > 0 ? { GlobalSecondaryIndexes: global } : {}),
      ...(local.length > 0 ? { LocalSecondaryIndexes: local } : {}),
      ...(table.streamView === undefined
        ? {}
        : { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamView } }),
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.code === 'ResourceInUseException') return;
    throw new SetupError(`${table.path}: ${error.message}`, 'The table engine refuses this table.');
  }
}

/** Queues without a redrive policy first: a policy must name a queue that is there. */
async function createQueues(queues: readonly QueueModel[], endpoint: string): Promise<void> {
  const ordered = [...queues].sort(
    (a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes),
  );
  for (const queue of ordered) {
    try {
      await callEngine(endpoint, 'sqs', 'CreateQueue', { QueueName: queue.name, Attributes: queue.attributes });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code !== 'QueueNameExists') {
        throw new SetupError(`${queue.path}: ${error.message}`, 'The queue engine refuses this queue.');
      }
      const settable = Object.entries(queue.attributes).filter(([name]) => name !== 'FifoQueue');
      await callEngine(endpoint, 'sqs', 'SetQueueAttributes', {
        QueueUrl: queue.url,
        Attributes: Object.fromEntries(settable),
      });
    }
  }
}

async function createBucket(bucket: BucketModel, endpoint: string): Promise<void> {
  const response = await fetch(`${endpoint}/${bucket.name}`, { method: 'PUT' });
  if (!response.ok && response.status !== 409) {
    throw new SetupError(`${bucket.path}: ${await response.text()}`, 'The bucket engine refuses this bucket.');
  }
}
