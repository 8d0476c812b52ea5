import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../infra/app.ts';
import { projectRoot } from '../../infra/bundling/bundle-functions.ts';

/** Names the directory of the app synthesized for this run. */
export const assemblyVariable = 'HUITOU_TEST_ASSEMBLY';

/** vitest's global setup: the app with its bundles, synthesized once for all files of the run. */
export default function synthesizeApp(): () => void {
  // CloudFormation's own rules are the business of test/infra.
  process.env.CDK_VALIDATION = 'false';
  const cache = join(projectRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'e2e-app-'));
  process.env[assemblyVariable] = createApp({ outdir: join(directory, 'cdk.out') }).synth().directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
