import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { TableDefinition } from '../../shared/contracts/tables.ts';
import type { StageSettings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

/** An on-demand table as the contract describes it, kept or not as the stage says. */
export function tableFromDefinition(
  scope: Construct,
  name: string,
  definition: TableDefinition,
  stage: StageSettings,
): Table {
  const table = new Table(scope, name, {
    partitionKey: key(definition.partitionKey),
    ...(definition.sortKey && { sortKey: key(definition.sortKey) }),
    ...(definition.expiry && { timeToLiveAttribute: definition.expiry }),
    ...(definition.stream && { stream: StreamViewType[definition.stream] }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.pointInTimeRecovery },
    deletionProtection: stage.deletionProtection,
    removalPolicy: stage.removalPolicy,
  });
  for (const [indexName, index] of Object.entries(definition.indexes ?? {})) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: key(index.partitionKey),
      sortKey: key(index.sortKey),
      ...(index.projection === 'KEYS_ONLY'
        ? { projectionType: ProjectionType.KEYS_ONLY }
        : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.projection.include] }),
    });
  }
  if (!stage.pointInTimeRecovery) {
    acknowledge(table, 'AwsSolutions-DDB3', 'A trial stage holds nothing worth restoring; prod has it on.');
  }
  return table;
}

/** Every key attribute is a string: the contract says so. */
function key(name: string) {
  return { name, type: AttributeType.STRING };
}
