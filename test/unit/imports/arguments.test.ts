import { describe, expect, it } from 'vitest';
import { readArguments, UsageError } from '../../../shared/cli/arguments.ts';

describe('the command line', () => {
  it('reads an import: kind and format by default and by the name of the file', () => {
    expect(
      readArguments(['import', 'a.csv', '--shop', 'north', '--map', 'total=Sum paid', '--preset', 'taobao']),
    ).toEqual({
      name: 'import',
      url: 'http://127.0.0.1:4000',
      file: 'a.csv',
      request: { kind: 'orders', format: 'csv', shop: 'north', preset: 'taobao', mapping: { total: 'Sum paid' } },
      rejected: 'a.csv.rejected.csv',
    });
    const products = readArguments([
      'import',
      'p.jsonl',
      '--shop',
      'north',
      '--kind',
      'products',
      '--url',
      'https://a.example/',
    ]);
    expect(products).toMatchObject({ url: 'https://a.example', request: { kind: 'products', format: 'ndjson' } });
  });

  it('reads an export', () => {
    expect(readArguments(['export', 'touches', '--format', 'ndjson'])).toMatchObject({
      request: { kind: 'touches', format: 'ndjson' },
      out: 'touches.ndjson',
    });
  });

  it.each([
    [[], /npm run huitou -- import/],
    [['import', 'a.csv'], /--shop <id>/],
    [
      ['import', 'a.csv', '--shop', 'n', '--kind', 'people'],
      /kind must be one of orders, customers, products; people is none/,
    ],
    [['import', 'a.csv', '--shop', 'n', '--map', 'total'], /--map total is not field=Heading/],
    [['import', 'a.csv', '--shop', 'n', '--wrong'], /Unknown option '--wrong'/],
    [['import', 'a.csv', '--shop', 'n', '--url', 'nowhere'], /--url nowhere is no address/],
    [['export', 'secrets'], /must be one of customers, orders, touches/],
    [['drop', 'all'], /npm run huitou -- import/],
  ])('says what is wrong with %j', (args, words) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(words);
  });
});
