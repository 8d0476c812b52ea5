import { Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it, vi } from 'vitest';
import { appOf } from './synthesized.ts';

/** Rule -> number of resources that break it. */
function findings(scope: IConstruct): Record<string, number> {
  const { violations } = new AwsSolutionsChecks().validateScope(scope);
  return Object.fromEntries(violations.map((found) => [found.ruleName, found.violatingResources.length]));
}

function acknowledgements(scope: IConstruct): { rule: string; reason: string }[] {
  return scope.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries<string>(data))
    .map(([id, reason]) => ({ rule: id.replace(/^(Annotation::|AwsSolutions::)/, ''), reason }));
}

/** The findings as they would be had nobody acknowledged any. */
function unforgivingFindings(scope: IConstruct): Record<string, number> {
  const checks = new AwsSolutionsChecks();
  vi.spyOn(checks as unknown as { isAcknowledged: () => boolean }, 'isAcknowledged').mockReturnValue(false);
  const { violations } = checks.validateScope(scope);
  return Object.fromEntries(violations.map((found) => [found.ruleName, found.violatingResources.length]));
}

describe.each(['dev', 'prod'])('cdk-nag on %s', (stage) => {
  const app = appOf({ stage });
  app.synth();

  it('finds nothing unexplained', () => {
    expect(findings(app)).toEqual({});
  });

  it('would find exactly what was acknowledged, so that no acknowledgement outlives its cause', () => {
    const expected = {
      'AwsSolutions-APIG4': 40,
      'AwsSolutions-IAM5[Resource::*]': 2,
      'AwsSolutions-IAM5[Resource::<backgroundworklostchanges379C3FBA.Arn>/*]': 1,
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]': 1,
      [`AwsSolutions-IAM5[Resource::huitou-${stage}-data:ExportsOutputFnGetAttfactsFD7004A2Arn257330F1/facts/*]`]: 5,
      [`AwsSolutions-IAM5[Resource::huitou-${stage}-data:ExportsOutputFnGetAtttransfersA8E5701AArn7674336E/*]`]: 2,
      'AwsSolutions-S1': 3,
      'AwsSolutions-SMG4': 1,
      ...(stage === 'dev' && { 'AwsSolutions-DDB3': 8 }),
    };
    expect(unforgivingFindings(app)).toEqual(expected);
    const counted = Object.groupBy(acknowledgements(app), ({ rule }) => rule);
    expect(Object.fromEntries(Object.entries(counted).map(([rule, list]) => [rule, list?.length]))).toEqual(expected);
  });

  it('is told a reason each time', () => {
    for (const { reason } of acknowledgements(app)) expect(reason.length).toBeGreaterThan(40);
  });
});

describe('cdk-nag', () => {
  it('really runs: a queue without dead letters and without TLS is found', () => {
    const app = appOf();
    new Queue(new Stack(app, 'careless'), 'queue');
    expect(findings(app)).toEqual({ 'AwsSolutions-SQS3': 1, 'AwsSolutions-SQS4': 1 });
  });

  it('stops the synthesis of an app with a finding', () => {
    const app = appOf();
    new Queue(new Stack(app, 'careless'), 'queue');
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS3|Validation failed/);
  });
});
