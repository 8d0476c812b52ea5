import { describe, expect, test } from 'vitest';
import {
  normaliseBuyerId,
  normaliseEmail,
  normalisePhone,
  phoneCountries,
} from '../../../shared/domain/customers/identity.ts';
import { isSaturated, linkingKeys, meet } from '../../../shared/domain/customers/linking.ts';

describe('identities (DOMAIN 2)', () => {
  test.each([
    ['13800138000', 'CN', '+8613800138000'],
    ['138 0013-8000', 'CN', '+8613800138000'],
    ['+86 138 0013 8000', undefined, '+8613800138000'],
    ['(502) 459-2181', 'US', '+15024592181'],
    ['0912345678', 'TW', '+886912345678'],
    ['138****8000', 'CN', undefined],
    ['18877771111-123', 'CN', undefined],
    ['13800138000', undefined, undefined],
    ['12', 'CN', undefined],
    ['', 'CN', undefined],
  ])('phone %j in %s is %s', (text, country, expected) =>
    expect(normalisePhone(text, country ? [country] : [])).toBe(expected),
  );

  test.each([
    [' Li.Na+tea@Example.COM ', 'li.na+tea@example.com'],
    ['a***@x.com', undefined],
    ['not an address', undefined],
    ['a@b', undefined],
    ['a@b.com\nBcc: c@d.com', undefined],
    [' ', undefined],
  ])('email %j is %s', (text, expected) => expect(normaliseEmail(text)).toBe(expected));

  test('a buyer id belongs to its shop; a masked nick is none', () => {
    expect(normaliseBuyerId('north', ' u1 ')).toBe('north#u1');
    expect(normaliseBuyerId('north', 'c**')).toBeUndefined();
    expect(normaliseBuyerId('north', ' ')).toBeUndefined();
  });

  test('a number without a country follows the address, else the shop’s currency', () => {
    expect(phoneCountries('us', 'CNY')).toEqual(['US', 'CN']);
    expect(phoneCountries('China', 'CNY')).toEqual(['CN']);
    expect(phoneCountries(undefined, 'EUR')).toEqual([]);
    expect(normalisePhone('13800138000', ['US', 'CN'])).toBe('+8613800138000');
    expect(normalisePhone('0912345678', ['TW', 'CN'])).toBe('+886912345678');
  });

  test('letters x are part of an address, not a mask', () => {
    expect(normaliseEmail('alexxx@gmail.com')).toBe('alexxx@gmail.com');
    expect(normaliseEmail('xxx@example.com')).toBeUndefined();
  });
});

describe('a reseller’s phone', () => {
  const row = (buyers: string[]) => ({ key: 'p:1', customer: 'c_1', buyers });
  test('stops linking with the fourth buyer id of one shop', () => {
    expect(isSaturated(row(['n b:1', 'n b:2', 'n b:3']), 3)).toBe(false);
    expect(isSaturated(row(['n b:1', 'n b:2', 'n b:3', 's b:4']), 3)).toBe(false);
    expect(isSaturated(row(['n b:1', 'n b:2', 'n b:3', 'n b:4']), 3)).toBe(true);
  });

  test('is marked to be taken apart by the order that shows it', () => {
    const rows = new Map([['p:1', row(['n b:1', 'n b:2', 'n b:3'])]]);
    const met = meet(rows, ['b:4', 'p:1'], 'n', 3);
    expect(met.get('p:1')?.regroup).toBe('pending');
    expect(linkingKeys(met, 3)).toEqual(['b:4']);
  });

  test('alone on an order still is somebody', () => {
    const rows = new Map([['p:1', row(['n b:1', 'n b:2', 'n b:3', 'n b:4'])]]);
    expect(linkingKeys(meet(rows, ['p:1'], 'n', 3), 3)).toEqual(['p:1']);
  });
});
