import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ServiceFunction } from './service-function.ts';

export interface RelayedStreamProps<Schema extends z.ZodObject> {
  readonly table: Table;
  readonly target: ServiceFunction<Schema>;
  /** Keeps whole what could not be delivered: a queue would keep only where in the stream it was, for a day. */
  readonly lost: Bucket;
}

/** A table's changes delivered to a function, in order per item; a batch that fails is halved until the bad record is alone. */
export class RelayedStream<Schema extends z.ZodObject> extends Construct {
  constructor(scope: Construct, id: string, { table, target, lost }: RelayedStreamProps<Schema>) {
    super(scope, id);
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error(`The table of ${id} has no stream: give it one in the contract.`);
    target.allow(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [tableStreamArn],
      }),
      new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [lost.arnForObjects('*')] }),
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [lost.bucketArn] }),
    );
    const mapping = new EventSourceMapping(this, 'delivery', {
      target: target.lambda,
      eventSourceArn: tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      bisectBatchOnError: true,
      retryAttempts: 8,
      maxRecordAge: Duration.hours(12),
      onFailure: { bind: () => ({ destination: lost.bucketArn }) },
    });
    mapping.node.addDependency(target);
  }
}
