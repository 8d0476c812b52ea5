import { Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { exportedArn } from './uses.ts';

/** Accepts one finding of cdk-nag on a construct and what is in it, with the reason a reviewer would ask for. */
export function acknowledge(construct: IConstruct, rule: `AwsSolutions-${string}`, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** Accepts that a role names the objects of another stack's bucket by their prefix: their keys are made as they are written. */
export function acknowledgeObjects(construct: IConstruct, bucket: Bucket, prefix: string, reason: string): void {
  // The finding names the bucket as the template does: by what its stack exports.
  const { 'Fn::ImportValue': exported } = Stack.of(bucket).resolve(exportedArn(bucket)) as Record<string, string>;
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${exported}/${prefix}*]`, reason);
}
