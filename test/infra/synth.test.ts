import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../infra/bundling/bundle-functions.ts';

const run = promisify(execFile);

describe('npx cdk synth', () => {
  it('works from a plain shell, whatever Node that has', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'huitou-synth-'));
    try {
      await run('npx', ['--no-install', 'cdk', 'synth', '--quiet', '--output', outdir], {
        cwd: projectRoot,
        env: plainShell(),
      });
      expect(readdirSync(outdir)).toEqual(
        expect.arrayContaining(['huitou-dev-data.template.json', 'huitou-dev-crm.template.json', 'manifest.json']),
      );
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  /** The environment of somebody who just cloned the project: without what npm and vitest add to it. */
  function plainShell(): NodeJS.ProcessEnv {
    const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
    const entries = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE|VITEST|CDK_|HUITOU_)/i.test(name));
    return { ...Object.fromEntries(entries), PATH: path.join(delimiter) };
  }
});
