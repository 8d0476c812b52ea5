import { Aws, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * A resource given to a function: what its environment variable says, and what it may do with it. One value for
 * both, so that no variable comes without its grant and no grant without a variable.
 */
export interface Use {
  readonly value: string;
  readonly statements: readonly PolicyStatement[];
}

/** A transaction needs the action of each of its parts (PutItem, UpdateItem, ...); it has none of its own. */
export type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';

export type IndexAction = 'Query' | 'Scan';

/** The table's name, these actions on the table itself, and these on its indexes. */
export function usesTable(
  table: Table,
  actions: readonly TableAction[],
  indexes: Readonly<Record<string, readonly IndexAction[]>> = {},
): Use {
  return {
    value: table.tableName,
    statements: [
      ...(actions.length > 0 ? [statement('dynamodb', actions, table.tableArn)] : []),
      ...Object.entries(indexes).map(([name, allowed]) =>
        statement('dynamodb', allowed, `${table.tableArn}/index/${name}`),
      ),
    ],
  };
}

/** Listing a bucket is no such action: what a function reads it knows by its key. */
export type ObjectAction = 'GetObject' | 'PutObject';

/** The bucket's name, and these actions on the objects below a prefix. */
export function usesObjects(bucket: Bucket, prefix: string, actions: readonly ObjectAction[]): Use {
  return {
    value: bucket.bucketName,
    statements: [statement('s3', actions, `${exportedArn(bucket)}/${prefix}*`)],
  };
}

/** The bucket's ARN as its stack tells it to others: a reference that has one name before and after synthesis. */
export function exportedArn(bucket: Bucket): string {
  return Stack.of(bucket).exportValue(bucket.bucketArn);
}

/** The queue's URL, and sending to it. */
export function sendsTo(queue: Queue): Use {
  return { value: queue.queueUrl, statements: [statement('sqs', ['SendMessage'], queue.queueArn)] };
}

/** The secret's ARN, and reading its value. */
export function readsSecret(secret: Secret): Use {
  return {
    value: secret.secretArn,
    statements: [statement('secretsmanager', ['GetSecretValue'], secret.secretArn)],
  };
}

/** The bus's name, and putting events on it. */
export function putsEvents(bus: EventBus): Use {
  return { value: bus.eventBusName, statements: [statement('events', ['PutEvents'], bus.eventBusArn)] };
}

/** A configuration set's name, and sending raw mail under it from any identity of this account; asking for the quota. */
export function sendsMail(configurationSet: string): Use {
  const ses = (resource: string) => `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
  return {
    value: configurationSet,
    statements: [
      statement('ses', ['SendRawEmail'], ses('identity/*'), ses(`configuration-set/${configurationSet}`)),
      statement('ses', ['GetSendQuota'], '*'),
    ],
  };
}

/** The Region, and publishing to phones, which have no ARN: everything but topics. */
export function textsPhones(): Use {
  return {
    value: Aws.REGION,
    statements: [
      new PolicyStatement({ actions: ['sns:Publish'], resources: ['*'] }),
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['sns:Publish'],
        resources: [`arn:${Aws.PARTITION}:sns:*:*:*`],
      }),
    ],
  };
}

function statement(service: string, actions: readonly string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `${service}:${action}`), resources });
}
