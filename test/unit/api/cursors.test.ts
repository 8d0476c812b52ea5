import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedCursors } from '../../../shared/adapters/crypto/cursors.ts';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';

const cursors = signedCursors(rootKeys('r'.repeat(64)).cursorTag);

describe('cursors', () => {
  it('give back the position they were made of, whatever it holds, in a form fit for a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (position) => {
        const cursor = cursors.write('shops', position);
        expect(cursor).toMatch(/^[\w-]*\.[\w-]+$/);
        expect(cursors.read('shops', cursor)).toBe(position);
      }),
    );
  });

  it.each(['', '.', 'abc', 'a.b.c', '%%%'])('are not made up: %s', (cursor) => {
    expect(() => cursors.read('shops', cursor)).toThrow('cursor');
  });

  it('work for their list only', () => {
    expect(() => cursors.read('keys', cursors.write('shops', 'x'))).toThrow('cursor');
    const [, tag] = cursors.write('shops', 'x').split('.');
    expect(() => cursors.read('shops', `${Buffer.from('y').toString('base64url')}.${tag}`)).toThrow('cursor');
  });
});
