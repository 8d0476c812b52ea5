import { describe, expect, test } from 'vitest';
import { memoryCaseStore } from '../../../shared/adapters/memory/case-store.ts';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../../shared/adapters/memory/touch-store.ts';
import type { FactsManifest } from '../../../shared/contracts/facts-files.ts';
import { forgottenTouch } from '../../../shared/domain/customers/erasure.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { lookAtCases, type NightlyAlerts, type NightlyCaseDeps } from '../../../shared/usecases/cases/look-at-cases.ts';
import { aCase } from '../../support/case-store-suite.ts';
import { erasing } from '../../support/erasure.ts';
import { aFile, aTouch, day, emailKey, noon } from '../../support/touches.ts';

describe('the night', () => {
  function world() {
    const written: NightlyAlerts[] = [];
    const notes: Record<string, unknown> = {
      'products-a': [['north', 'cup', 12, 0]],
      'products-b': [
        ['north', 'cup', 8, 2],
        ['north', 'tea', 400, 1],
      ],
    };
    const deps: NightlyCaseDeps = {
      cases: memoryCaseStore(new MemoryTouchStore(new MemoryCustomerStore())),
      alerts: { read: async () => written.at(-1), replace: async (alerts) => written.push(alerts) > 0 },
      facts: { readNotes: async (_, name) => notes[name] },
      manifests: {
        readManifest: async () => ({ run: 'r1', parts: { orders: ['a', 'b'] } }) as unknown as FactsManifest,
      },
      settings: { settings: async () => defaultSettings },
      clock: { now: () => noon + 3 * day },
      pause: async () => undefined,
      random: () => 0,
    };
    return { deps, written };
  }
  const work = { type: 'recommendations.compute', run: 'r1', asOf: noon + 3 * day } as const;

  test('escalates late cases and finds the products that alert; again it finds the same', async () => {
    const { deps, written } = world();
    for (const id of ['k1', 'k2', 'k3']) {
      await deps.cases.saveCase({ value: aCase({ id, product: 'cup' }), version: 0 });
    }
    await deps.cases.saveCase({ value: aCase({ id: 'k4', dueAt: noon + 4 * day }), version: 0 });
    const first = await lookAtCases(work, deps);
    expect(first.escalated.map(({ id }) => id)).toEqual(['k1', 'k2', 'k3']);
    const alert = { shop: 'north', product: 'cup', orders: 20, refunded: 2, cases: 3 };
    expect(written).toEqual([{ asOf: work.asOf, alerts: [alert] }]);
    expect(await lookAtCases(work, deps)).toEqual({ escalated: [], alerts: [alert] });
  });

  test('finds nothing by facts that are not in force', async () => {
    const { deps, written } = world();
    expect(await lookAtCases({ ...work, run: 'r0' }, deps)).toEqual({ escalated: [], alerts: [] });
    expect(written).toEqual([]);
  });
});

describe('an erasure', () => {
  test('leaves of a case that it was, and no silence', async () => {
    const world = erasing();
    const file = { ...aFile({ email: 'ann@example.com' }), identities: [emailKey('ann@example.com')] };
    await world.deps.store.commit({ cause: 'test', files: [{ value: { type: 'file', file }, version: 0 }] });
    await world.deps.cases.saveCase({ value: aCase({ order: 'north#1' }), version: 0 });
    await world.erase('c1');
    const one = await world.deps.cases.readCase('k1');
    expect(one?.value).toMatchObject({ kind: 'complaint', reason: 'erased', resolution: 'erased' });
    expect(one?.value).not.toHaveProperty('order');
    const { contacts } = await world.deps.touches.readLive({ contacts: ['c1'] });
    expect(contacts.get('c1')?.value).toEqual({ customer: 'c1', recent: [], denied: {} });
  });

  test('leaves of an answer its score, and of links nothing', () => {
    const answer = { at: noon, scale: 'stars', score: 2, text: 'I am Ann' } as const;
    const touch = { ...aTouch(), state: 'sent' as const, answer, links: ['https://north.example/orders/7'] };
    const left = forgottenTouch(touch);
    expect(left.answer).toEqual({ at: noon, scale: 'stars', score: 2 });
    expect(left).not.toHaveProperty('links');
    expect(forgottenTouch(left)).toBe(left);
  });
});
