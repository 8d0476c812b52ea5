import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
      statement('dynamodb', actions, table.tableArn),
      ...Object.entries(indexes).map(([name, allowed]) =>
        statement('dynamodb', allowed, `${table.tableArn}/index/${name}`),
      ),
    ],
  };
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

function statement(service: string, actions: readonly string[], resource: string): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `${service}:${action}`), resources: [resource] });
}
