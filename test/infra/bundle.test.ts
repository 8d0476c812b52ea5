import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';
import { crmStackSources } from '../../infra/stacks/crm-stack.ts';
import { projectWithEmptyFunctions } from './synthesized.ts';

/** kB minified: INIT time grows with the bundle, and a cold webhook keeps a shop waiting. */
const budgets = {
  'order-webhook': 520,
  // Behind the queue nobody waits for it.
  'order-record': 530,
  'night-plan': 420,
  'change-relay': 420,
  // No request waits for it, and it alone has it all: S3, Parquet, imports, predictions, templates and their texts.
  'work-run': 1210,
  'minute-sweep': 420,
  // 57 kB are the built-in texts in two languages, 50 kB the rule language and what coupons need.
  'touch-send': 850,
  'touch-feedback': 480,
  'public-pages': 520,
  // Marketers wait for these, not shops: 170 kB is the S3 client, for links to files.
  'crm-api': 980,
  // The template engine, the texts, and the contracts of all routes.
  'marketing-api': 940,
  // Beside it lie 70 MB of engine.
  'report-query': 750,
} as const;

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
