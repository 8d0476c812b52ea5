import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemBytes } from '../../../infra/local/usage/capacity.ts';
import { fileItem, orderItem, readFileItem, readOrderItem } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { stampAll } from '../../../shared/contracts/platforms/reading-fields.ts';
import {
  contributionOf,
  emptyFile,
  withIdentities,
  withOrder,
} from '../../../shared/domain/customers/customer-file.ts';
import { arbitraryWebhook } from '../../support/arbitrary-orders.ts';

const zone = 'Asia/Shanghai';

describe('what lies in the tables', () => {
  test('an order comes back as it was written', () => {
    fc.assert(
      fc.property(arbitraryWebhook, fc.constantFrom('c_1', undefined), (order, customer) => {
        const value = { order, ...(customer !== undefined && { customer }) };
        expect(readOrderItem(orderItem({ value, version: 3 }))).toEqual({ value, version: 4 });
      }),
    );
  });

  test('a file comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(arbitraryWebhook, { maxLength: 8 }), (hooks) => {
        let file = emptyFile('c_1');
        for (const hook of hooks) file = withOrder(withIdentities(file, hook.identities), contributionOf(hook, zone));
        const value = { type: 'file', file, dueAt: Date.UTC(2026, 10, 23) } as const;
        expect(readFileItem(fileItem({ value, version: 0 }))).toEqual({ value, version: 1 });
      }),
    );
  });

  test('an order id with a hash in it stays whole', () => {
    const [order] = fc.sample(arbitraryWebhook, 1);
    if (!order) throw new Error('no sample');
    const value = { order: { ...order, id: 'a#b' } };
    expect(readOrderItem(orderItem({ value, version: 0 })).value).toEqual(value);
  });

  test('a customer of six orders stays within one write unit', () => {
    let file = withIdentities(
      emptyFile(`c_b${'x'.repeat(22)}`),
      ['b', 'e', 'p'].map((k) => `${k}:${'x'.repeat(22)}`),
    );
    for (let number = 0; number < 6; number++) {
      const paidAt = Date.UTC(2026, number, 1);
      const purchase = { paidAt, day: 20_600 + number, amount: 21_600, currency: 'CNY', items: 2 };
      const stated = { name: 'Li Na', gender: 'female', country: 'CN', city: 'Hangzhou', phone: '+8619900000000' };
      const statements = stampAll(stated, paidAt);
      file = withOrder(file, { ref: `tmall#202600000${number}`, entry: { statedAt: paidAt, purchase }, statements });
    }
    const item = fileItem({ value: { type: 'file', file, dueAt: Date.UTC(2026, 10, 23) }, version: 6 });
    expect(itemBytes(item)).toBeLessThanOrEqual(1024);
  });
});
