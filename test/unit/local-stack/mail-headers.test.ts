import { describe, expect, it } from 'vitest';
import { addressOf, headerNamed, headersOf, mailboxesIn } from '../../../infra/local/mail/headers.ts';

const raw = (...lines: string[]) => Buffer.from(lines.join('\r\n'));

describe('headers of a mail', () => {
  it('are unfolded, in order, with their names as written and repeated ones kept', () => {
    const message = raw(
      'from: a@example.com',
      'List-Unsubscribe: <https://example.com/u/1>,',
      '\t<mailto:u@example.com>',
      'X-Twice: one',
      'X-Twice: two',
      'Empty:',
      '',
      'Not-A-Header: of the body',
    );
    expect(headersOf(message)).toEqual([
      { name: 'from', value: 'a@example.com' },
      { name: 'List-Unsubscribe', value: '<https://example.com/u/1>, <mailto:u@example.com>' },
      { name: 'X-Twice', value: 'one' },
      { name: 'X-Twice', value: 'two' },
      { name: 'Empty', value: '' },
    ]);
    expect(headerNamed(headersOf(message), 'FROM')).toBe('a@example.com');
    expect(headerNamed(headersOf(message), 'Subject')).toBeUndefined();
  });

  it('end at the first empty line, also of bare line feeds, and may be all there is', () => {
    expect(headersOf(Buffer.from('A: 1\n\nB: 2\r\n\r\nC: 3'))).toEqual([{ name: 'A', value: '1' }]);
    expect(headersOf(Buffer.from('A: 1'))).toEqual([{ name: 'A', value: '1' }]);
    expect(headersOf(Buffer.from(''))).toEqual([]);
  });

  it.each([
    ['a@example.com, Bo <b@example.com>', ['a@example.com', 'b@example.com']],
    ['"Ann, Dr. \\"A\\"" <ann@example.com>,bo@example.com', ['ann@example.com', 'bo@example.com']],
    ['<only@example.com>', ['only@example.com']],
    ['', []],
  ])('name the addresses of %s', (list, addresses) => {
    expect(mailboxesIn(list).map(addressOf)).toEqual(addresses);
  });
});
