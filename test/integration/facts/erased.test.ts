import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { factPreviews } from '../../../shared/adapters/facts/fact-previews.ts';
import { factsInForce } from '../../../shared/adapters/facts/facts-in-force.ts';
import { type Facts, openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import { reports } from '../../../shared/adapters/facts/reports/registry.ts';
import { type FactsScene, runReport } from '../../../shared/adapters/facts/reports/run-report.ts';
import { type FactKind, factKinds } from '../../../shared/contracts/facts.ts';
import type { FactsManifest } from '../../../shared/contracts/facts-files.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { factsOfRecords } from '../../support/facts-of-records.ts';
import { naiveReports } from '../../support/naive-reports.ts';
import { factsOfOrders, type RawBase, randomBase } from '../../support/raw-orders.ts';
import { aPurchase, aRecord, noon } from '../../support/segment-records.ts';
import { factsFolder, writeFacts } from '../../support/write-facts.ts';

const folder = factsFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Orders and cases as they are once these customers were erased: counted, of nobody, without what was written. */
function without(gone: ReadonlySet<string>, base: RawBase): RawBase {
  const nobody = (customer: string | null) => (customer !== null && gone.has(customer) ? null : customer);
  return {
    ...base,
    customers: base.customers.filter(({ id }) => !gone.has(id)),
    orders: base.orders.map((order) => {
      const isGone = nobody(order.customer) !== order.customer;
      const refunds = isGone ? order.refunds.map((refund) => ({ ...refund, reason: null })) : order.refunds;
      return { ...order, refunds, customer: nobody(order.customer) };
    }),
    cases: (base.cases ?? []).map((one) => (gone.has(one.customer) ? { ...one, about: null, reason: 'erased' } : one)),
  };
}

function loadAll(facts: Facts, kinds: readonly FactKind[]): Promise<unknown> {
  return facts.query(kinds, 'SELECT 1');
}

describe('customers erased since the facts were made', () => {
  const base = randomBase(7, 200);
  const { asOf, zone } = base;
  const scene: FactsScene = {
    ...{ asOf, zone, baseCurrency: 'CNY', regionGroups: {} },
    limits: { l1: 90, l2: 180, l3: 360 },
  };
  const gone = base.customers.flatMap(({ id }, index) => (index % 3 === 0 ? [id] : []));

  test.each<[string, readonly FactKind[]]>([
    ['before anything was loaded', []],
    ['once purchases were', ['purchases']],
    ['once customers were', ['customers']],
    ['once all was', factKinds],
  ])('are in no report, and their orders are of nobody: %s', async (_when, loaded) => {
    const place = `${folder}/${loaded.length}-${loaded[0]}`;
    writeFacts(place, factsOfOrders(base));
    const facts = await openFacts({ folder: place, asOf, temporary: folder });
    await loadAll(facts, loaded);
    await facts.forget(gone.slice(0, 3));
    await facts.forget([...gone, 'somebody never known']);
    for (const report of reports.values()) {
      for (const by of [undefined, ...report.by]) {
        const parameters = { ...(by && { by }) };
        const { rows } = await runReport(report, parameters, scene, facts);
        const expected = naiveReports[report.name]?.(without(new Set(gone), base), parameters);
        expect({ report: report.name, by, rows }).toEqual({ report: report.name, by, rows: expected });
      }
    }
    facts.close();
  });
});

describe('the facts in force', () => {
  const records = ['c1', 'c2', 'c3'].map((id) => aRecord({ id, purchases: [aPurchase('2026-11-01', 100, ['tea'])] }));
  const ofEach = <Value>(value: Value) =>
    Object.fromEntries(factKinds.map((kind) => [kind, value])) as Record<FactKind, Value>;
  const manifestOf = (run: string): FactsManifest => ({
    run,
    ...{ asOf: noon.asOf, settings: 1, baseCurrency: 'CNY', prefix: `facts/${run}/`, unreadable: 0 },
    counts: ofEach(0),
    parts: ofEach(['0']),
  });

  test('leave out whoever was erased since, from the next question on and in the next run again', async () => {
    let manifest: FactsManifest | undefined;
    const erased = new Set<string>();
    const asked: number[] = [];
    const since = async (instant: number) => {
      asked.push(instant);
      return new Set(erased);
    };
    const facts = factsInForce({
      manifests: { readManifest: async () => manifest },
      erased: { since },
      fetch: async (_manifest, kind, place) => writeFacts(place, { [kind]: factsOfRecords(records)[kind] ?? [] }),
      temporary: folder,
    });
    const clock = { now: () => noon.asOf + 3_600_000 };
    const previews = factPreviews({ facts, settings: { settings: async () => defaultSettings }, clock });
    const preview = () => previews.preview({ field: 'bought.product', op: 'any', value: ['tea'] });
    expect(await preview()).toBeUndefined();
    manifest = manifestOf('first');
    const everybody = { source: 'facts', asOf: noon.asOf, count: 3, share: 1, sample: ['c1', 'c2', 'c3'] };
    expect(await preview()).toMatchObject(everybody);
    erased.add('c2');
    expect(await preview()).toMatchObject({ count: 2, share: 1, sample: ['c1', 'c3'] });
    erased.add('c1');
    manifest = manifestOf('second');
    expect(await preview()).toMatchObject({ count: 1, share: 1, sample: ['c3'] });
    expect(new Set(asked)).toEqual(new Set([noon.asOf]));
    (await facts())?.facts.close();
  });
});
