import { describe, expect, it } from 'vitest';
import type { ServiceCase } from '../../shared/domain/cases/case.ts';
import type { CaseStore } from '../../shared/usecases/marketing-ports.ts';
import type { TouchStore } from '../../shared/usecases/messages/messaging-ports.ts';
import { ConflictError } from '../../shared/usecases/ports.ts';
import { hour, noon } from './touches.ts';

export function aCase(changes: Partial<ServiceCase> = {}): ServiceCase {
  return {
    id: 'k1',
    customer: 'c1',
    kind: 'complaint',
    severity: 2,
    openedAt: noon,
    dueAt: noon + 24 * hour,
    reason: 'broken on arrival',
    cause: 'request 1',
    ...changes,
  };
}

/** What every store of cases does, whatever it keeps them in. */
export function caseStoreSuite(make: () => Promise<{ cases: CaseStore; touches: TouchStore }>): void {
  const silencesOf = async (touches: TouchStore, customer: string) =>
    (await touches.readLive({ contacts: [customer] })).contacts.get(customer)?.value.silences;
  const idsOf = async (cases: CaseStore, filter: Parameters<CaseStore['listCases']>[0]) => {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await cases.listCases(filter, after, 2);
      ids.push(...items.map(({ value }) => value.id));
      after = next;
    } while (after !== undefined);
    return ids;
  };

  describe('a store of cases', () => {
    it('keeps a case with everything it says, and its silence with it', async () => {
      const { cases, touches } = await make();
      const full = aCase({
        order: 'north#1',
        product: 'tea',
        assignee: 'Li',
        escalated: { at: noon, why: 'repeated' },
        resolvedAt: noon + 1,
        resolution: 'sent again',
      });
      await cases.saveCase({ value: aCase(), version: 0 });
      expect(await silencesOf(touches, 'c1')).toEqual([{ id: 'k1', kind: 'case', since: noon }]);
      await cases.saveCase({ value: full, version: 1 });
      expect(await cases.readCase('k1')).toEqual({ value: full, version: 2 });
      expect(await silencesOf(touches, 'c1')).toEqual([{ id: 'k1', kind: 'case', since: noon, over: true }]);
      expect(await cases.readCase('k2')).toBeUndefined();
    });

    it('refuses what was decided on another version, and then writes no silence', async () => {
      const { cases, touches } = await make();
      await cases.saveCase({ value: aCase(), version: 0 });
      const resolved = aCase({ resolvedAt: noon, resolution: 'done' });
      await expect(cases.saveCase({ value: resolved, version: 0 })).rejects.toThrow(ConflictError);
      await expect(cases.saveCase({ value: resolved, version: 2 })).rejects.toThrow(ConflictError);
      expect((await cases.readCase('k1'))?.value).toEqual(aCase());
      expect(await silencesOf(touches, 'c1')).toEqual([{ id: 'k1', kind: 'case', since: noon }]);
    });

    it('lists the open ones by when they are due, the late ones, those of a customer, and all', async () => {
      const { cases } = await make();
      const due = (id: string, hours: number, customer = 'c1') => aCase({ id, dueAt: noon + hours * hour, customer });
      for (const value of [due('a', 30), due('b', 10), due('c', 20, 'c2'), due('d', 5), due('e', 40)]) {
        await cases.saveCase({ value, version: 0 });
      }
      expect(await idsOf(cases, { open: true })).toEqual(['d', 'b', 'c', 'a', 'e']);
      await cases.saveCase({ value: { ...due('d', 5), resolvedAt: noon }, version: 1 });
      await cases.saveCase({ value: due('a', 1), version: 1 });
      expect(await idsOf(cases, { open: true })).toEqual(['a', 'b', 'c', 'e']);
      expect(await idsOf(cases, { open: true, dueBefore: noon + 20 * hour })).toEqual(['a', 'b']);
      expect((await idsOf(cases, { customer: 'c1' })).toSorted()).toEqual(['a', 'b', 'd', 'e']);
      expect((await idsOf(cases, {})).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
      const [first] = (await cases.listCases({ customer: 'c2' }, undefined, 1)).items;
      expect(first).toEqual({ value: due('c', 20, 'c2'), version: 1 });
    });
  });
}
