import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundling/bundle-functions.ts';
import { crmStackSources } from '../../infra/stacks/crm-stack.ts';
import { bundleBudgets as budgets } from '../support/bundle-budgets.ts';
import { projectWithEmptyFunctions } from './synthesized.ts';

const outdir = mkdtempSync(join(tmpdir(), 'huitou-bundle-test-'));
afterAll(() => rmSync(outdir, { recursive: true }));

describe('the bundles', () => {
  const bundles = bundleFunctions(crmStackSources, outdir);

  it.each(Object.entries(budgets))('%s stays below %i kB', (name, budget) => {
    const bundle = bundles.get(name);
    const largest = Object.entries(bundle?.inputs ?? {})
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 8);
    expect(bundle?.bytes, `largest inputs: ${JSON.stringify(largest)}`).toBeLessThanOrEqual(budget * 1000);
  });

  it('all have a budget', () => {
    expect([...bundles.keys()].toSorted()).toEqual(Object.keys(budgets).toSorted());
  });

  it.each(Object.keys(budgets))('%s is one ES module with its map, free of require', (name) => {
    const directory = bundles.get(name)?.directory ?? '';
    const code = readFileSync(join(directory, 'index.mjs'), 'utf8');
    expect(code).toMatch(/export\s*\{[^}]*\bas handler\b|export\s*\{[^}]*\bhandler\b/);
    expect(code).not.toContain('Dynamic require of');
    expect(existsSync(join(directory, 'index.mjs.map'))).toBe(true);
  });

  it.each(Object.keys(budgets))('%s takes its credentials from the environment only', (name) => {
    const inputs = Object.keys(bundles.get(name)?.inputs ?? {});
    expect(inputs.filter((file) => /credential-provider-(node|sso|ini|process|login)\/|\/bowser\//.test(file))).toEqual(
      [],
    );
  });

  it('bring the API page with crm-api', () => {
    const directory = join(bundles.get('crm-api')?.directory ?? '', 'docs');
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']) {
      expect(existsSync(join(directory, file)), file).toBe(true);
    }
  });
});

describe('the bundler', () => {
  it('names a function without code', () => {
    const root = projectWithEmptyFunctions(['order-webhook']);
    expect(() => bundleFunctions([{ name: 'order-webhook' }, { name: 'no-such' }], join(root, 'out'), root)).toThrow(
      'The function no-such has no functions/no-such/index.ts to bundle.',
    );
  });
});
