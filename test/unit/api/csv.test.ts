import { expect, it } from 'vitest';
import { csvText } from '../../../shared/contracts/exports/csv-text.ts';

it('writes RFC 4180 lines', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        ['x', 1],
        [null, -2.5],
        ['with, comma', 3],
        ['with "quote"\nand line', 4],
      ],
    ),
  ).toBe('a,b\r\nx,1\r\n,-2.5\r\n"with, comma",3\r\n"with ""quote""\nand line",4\r\n');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("http://x","y")'])('disarms %j', (text) => {
  const [, line] = csvText(['a'], [[text]]).split(/\r\n(.*)/s);
  expect(line?.replace(/^"/, '').startsWith("'")).toBe(true);
});
