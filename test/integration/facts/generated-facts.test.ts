import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facts, openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import { factColumns, factKinds } from '../../../shared/contracts/facts.ts';
import { generatedAsOf, generateFacts } from '../../bench/generate-facts.ts';

/** Measures take minutes and are not run in CI: here it is seen that they measure facts as a census writes them. */

let facts: Facts;
const folder = mkdtempSync(join(tmpdir(), 'huitou-generated-'));
beforeAll(async () => {
  await generateFacts(folder, { customers: 200, purchases: 1000 });
  facts = await openFacts({ folder, asOf: generatedAsOf, temporary: folder });
});
afterAll(() => {
  facts?.close();
  rmSync(folder, { recursive: true });
});

describe('the facts that measures are taken on', () => {
  test.each(factKinds)('have rows of %s with the columns of the contract, which load', async (kind) => {
    const file = join(folder, kind, '0.parquet');
    const described = await facts.query([], `SELECT name FROM parquet_schema('${file}') WHERE num_children IS NULL`);
    expect(described.map(([name]) => name).sort()).toEqual(Object.keys(factColumns[kind]).sort());
    const [counted] = await facts.query([kind], `SELECT count(*) FROM ${kind}`);
    expect(Number(counted?.[0])).toBeGreaterThan(0);
  });
});
