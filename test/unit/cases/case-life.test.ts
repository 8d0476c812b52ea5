import { describe, expect, test } from 'vitest';
import { memoryCaseStore } from '../../../shared/adapters/memory/case-store.ts';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../../shared/adapters/memory/touch-store.ts';
import {
  changedCase,
  escalatedCase,
  forgottenCase,
  isOverdue,
  openedCase,
  reopenedCase,
  resolvedCase,
} from '../../../shared/domain/cases/case-life.ts';
import { defaultServiceSettings } from '../../../shared/domain/settings/case-settings.ts';
import { aCase, caseStoreSuite } from '../../support/case-store-suite.ts';
import { day, hour, noon } from '../../support/touches.ts';

const { cases: settings } = defaultServiceSettings;
const wanted = { customer: 'c1', kind: 'complaint', severity: 2, reason: 'cold', cause: 'x' } as const;

describe('a case is opened', () => {
  test.for([
    [1, 72],
    [2, 24],
    [3, 4],
  ] as const)('of severity %i due in %i hours', ([severity, hours]) => {
    const { dueAt, openedAt, escalated } = openedCase('k', { ...wanted, severity }, [], settings, noon);
    expect([openedAt, dueAt, escalated]).toEqual([noon, noon + hours * hour, undefined]);
  });

  test('escalated where it is a second complaint within 90 days', () => {
    const open = (other: Parameters<typeof aCase>[0], kind: 'complaint' | 'question' = 'complaint') =>
      openedCase('k', { ...wanted, kind }, [aCase(other)], settings, noon);
    const repeated = open({ openedAt: noon - 90 * day + 1 });
    expect(repeated).toMatchObject({ severity: 3, escalated: { at: noon, why: 'repeated' }, dueAt: noon + 4 * hour });
    expect(open({ openedAt: noon - 90 * day }).escalated).toBeUndefined();
    expect(open({ openedAt: noon - day, kind: 'return' }).escalated).toBeUndefined();
    expect(open({ openedAt: noon - day }, 'question').escalated).toBeUndefined();
    expect(open({ openedAt: noon - day, resolvedAt: noon - hour }).escalated?.why).toBe('repeated');
  });
});

describe('its due time', () => {
  const one = aCase();

  test('is missed at that moment, unless it is resolved', () => {
    expect([isOverdue(one, one.dueAt - 1), isOverdue(one, one.dueAt)]).toEqual([false, true]);
    expect(isOverdue(resolvedCase(one, 'done', noon), one.dueAt)).toBe(false);
  });

  test('missed escalates it once', () => {
    const late = escalatedCase(one, one.dueAt);
    expect(late).toMatchObject({ severity: 3, escalated: { at: one.dueAt, why: 'overdue' }, dueAt: one.dueAt });
    expect(escalatedCase(late, one.dueAt + day)).toBe(late);
    expect(escalatedCase(one, one.dueAt - 1)).toBe(one);
  });

  test('missed again after it was reopened escalates it again', () => {
    const late = escalatedCase(one, one.dueAt);
    const again = reopenedCase(resolvedCase(late, 'done', noon + 2 * day), settings, noon + 9 * day);
    expect(again.dueAt).toBe(noon + 9 * day + 4 * hour);
    expect(again).not.toHaveProperty('resolution');
    expect(escalatedCase(again, again.dueAt).escalated?.at).toBe(again.dueAt);
  });

  test('moves with a changed severity, counted from the opening', () => {
    expect(changedCase(one, { severity: 3, assignee: 'Li' }, settings)).toEqual({
      ...one,
      severity: 3,
      assignee: 'Li',
      dueAt: noon + 4 * hour,
    });
    expect(changedCase(one, { assignee: 'Li' }, settings).dueAt).toBe(one.dueAt);
  });
});

test('resolved twice it stays as it was resolved first', () => {
  const done = resolvedCase(aCase(), 'sent again', noon + 1);
  expect(resolvedCase(done, 'again', noon + 2)).toBe(done);
  expect(reopenedCase(aCase(), settings, noon)).toEqual(aCase());
});

test('of somebody erased nothing written is left, and it is over', () => {
  const written = aCase({ order: 'north#1', assignee: 'Li', resolution: 'called Ann', resolvedAt: noon });
  const left = forgottenCase(written, noon + day);
  expect(JSON.stringify(left)).not.toMatch(/north#1|Ann|broken/);
  expect(left.resolvedAt).toBe(noon);
  expect(forgottenCase(left, noon + 2 * day)).toBe(left);
  expect(forgottenCase(aCase(), noon + day).resolvedAt).toBe(noon + day);
});

caseStoreSuite(async () => {
  const touches = new MemoryTouchStore(new MemoryCustomerStore());
  return { cases: memoryCaseStore(touches), touches };
});
