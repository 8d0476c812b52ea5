import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../infra/app.ts';

/** Names the directory of the app synthesized for this run. */
export const assemblyVariable = 'HUITOU_TEST_ASSEMBLY';

/** vitest's global setup: the app with its bundles, synthesized once for all files of the run. */
export default function synthesizeApp(): () => void {
  // CloudFormation's own rules are the business of test/infra.
  process.env.CDK_VALIDATION = 'false';
  const directory = mkdtempSync(join(tmpdir(), 'huitou-e2e-'));
  process.env[assemblyVariable] = createApp({ outdir: join(directory, 'cdk.out') }).synth().directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
