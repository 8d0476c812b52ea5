import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { factsKeptDays, factsPrefix } from '../../shared/contracts/facts-files.ts';
import { type TableName, tables } from '../../shared/contracts/tables.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { tableFromDefinition } from '../constructs/table-from-definition.ts';
import type { StageSettings } from '../stages.ts';

export interface DataStackProps extends StackProps {
  readonly stage: StageSettings;
}

/** What must outlive any deployment: the tables, the secret without which they cannot be read, and the facts. */
export class DataStack extends Stack {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly rootSecret: Secret;
  /** What the nightly census writes and reports read. */
  readonly facts: Bucket;
  /** Files on their way in and out. */
  readonly transfers: Bucket;

  constructor(scope: Construct, id: string, { stage, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: stage.deletionProtection });
    const make = (name: TableName) => tableFromDefinition(this, name, tables[name], stage);
    this.tables = {
      orders: make('orders'),
      customers: make('customers'),
      identities: make('identities'),
      contacts: make('contacts'),
      touches: make('touches'),
      ledger: make('ledger'),
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
    this.facts = this.makeFacts(stage);
    this.transfers = this.makeTransfers(stage);
  }

  /** Uploads and exports hold personal data: nothing of it outlives a week, nor a broken upload a day. */
  private makeTransfers(stage: StageSettings): Bucket {
    const bucket = new Bucket(this, 'transfers', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: stage.removalPolicy,
    });
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'Reached through links of this app alone, and who asked for one is in the audit log.',
    );
    return bucket;
  }

  /** Made anew from the tables every night: a week of failed nights leaves the last good one in force. */
  private makeFacts(stage: StageSettings): Bucket {
    const bucket = new Bucket(this, 'facts', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ prefix: factsPrefix, expiration: Duration.days(factsKeptDays) }],
      removalPolicy: stage.removalPolicy,
    });
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'Functions of this app alone read and write it, and every night makes its files anew from the tables.',
    );
    return bucket;
  }
}
