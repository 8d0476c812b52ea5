import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type TableName, tables } from '../../shared/contracts/tables.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { tableFromDefinition } from '../constructs/table-from-definition.ts';
import type { StageSettings } from '../stages.ts';

export interface DataStackProps extends StackProps {
  readonly stage: StageSettings;
}

/** What must outlive any deployment: the tables, and the secret without which they cannot be read. */
export class DataStack extends Stack {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly rootSecret: Secret;

  constructor(scope: Construct, id: string, { stage, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: stage.deletionProtection });
    const make = (name: TableName) => tableFromDefinition(this, name, tables[name], stage);
    this.tables = {
      orders: make('orders'),
      customers: make('customers'),
      identities: make('identities'),
      contacts: make('contacts'),
      touches: make('touches'),
      migrations: make('migrations'),
      workspace: make('workspace'),
    };
    this.rootSecret = new Secret(this, 'root-secret', {
      description: 'Root of all derived keys: shop secrets, public links and the identity index.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: stage.removalPolicy,
    });
    acknowledge(
      this.rootSecret,
      'AwsSolutions-SMG4',
      'The identity index is keyed with it: a rotation by the clock would cut every customer from their next order.',
    );
  }
}
