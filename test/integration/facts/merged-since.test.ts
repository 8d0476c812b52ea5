import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerReport } from '../../../functions/report-query/reports.ts';
import { type Facts, openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import type { FactsManifest } from '../../../shared/contracts/facts-files.ts';
import { emptyFile } from '../../../shared/domain/customers/customer-file.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { FileOrRedirect } from '../../../shared/usecases/ports.ts';
import { factsOfRecords } from '../../support/facts-of-records.ts';
import { aPurchase, aRecord, noon } from '../../support/segment-records.ts';
import { factsFolder, writeFacts } from '../../support/write-facts.ts';

const folder = factsFolder();
let facts: Facts;
beforeAll(async () => {
  const bought = [100, 20, 3].map((amount) => [aPurchase('2026-11-01', amount * 100)]);
  writeFacts(folder, factsOfRecords(bought.map((purchases, index) => aRecord({ id: `c${index + 1}`, purchases }))));
  facts = await openFacts({ folder, asOf: noon.asOf, temporary: folder });
});
afterAll(() => {
  facts?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `old` was merged into c2. */
const known: Readonly<Record<string, FileOrRedirect>> = {
  old: { type: 'redirect', id: 'old', to: 'c2' },
  c2: { type: 'file', file: { ...emptyFile('c2'), aliases: ['old'] } },
};

async function averageOf(rule: SegmentRule): Promise<unknown> {
  const manifest = { asOf: noon.asOf, baseCurrency: 'CNY' } as FactsManifest;
  const query = { segment: 's', format: 'json' } as const;
  const answer = await answerReport({ params: { name: 'average-order' }, query, body: undefined }, 'admin', {
    facts: async () => ({ manifest, facts }),
    settings: { settings: async () => ({ ...defaultSettings, timezone: noon.zone }) },
    segments: { readSegment: async () => ({ value: { rule }, version: 1 }) as never },
    store: {
      readFiles: async (ids) =>
        new Map(ids.flatMap((id) => (known[id] ? [[id, { value: known[id], version: 1 }]] : []))),
    },
  });
  return (JSON.parse(String(answer.body)) as { rows: unknown }).rows;
}

describe('a segment by ids, in a report', () => {
  test('finds who was merged by the id they had before, too', async () => {
    expect(await averageOf({ field: 'id', op: 'in', value: ['old', 'c3'] })).toEqual([
      ['23.00', 2, 2, '11.50', '11.50'],
    ]);
    expect(await averageOf({ not: { field: 'id', op: 'eq', value: 'old' } })).toEqual([
      ['103.00', 2, 2, '51.50', '51.50'],
    ]);
  });
});
