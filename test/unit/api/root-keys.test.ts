import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { equalInConstantTime, rootKeys, SealError } from '../../../shared/adapters/crypto/root-keys.ts';

const root = 'a root secret of sixty-four characters, made for these tests only';
const keys = rootKeys(root);

describe('keys from the root secret', () => {
  it('are known answers: a change here would orphan every identity and secret stored', () => {
    expect(keys.identityHash('email:ann@example.com')).toBe('T7uVGdNY8fvTfxgqvGrjIQ');
    expect(keys.cursorTag('x')).toBe('E18USQefFKcE-oUtqbo8nQ');
    expect(keys.linkTag('x')).toBe('M6D7obwrtcai0CglK9ivkA');
    const sealed = 'v1.C0DoUWJx7CFF9higYvqe0zHgxZ9Ve-u_3eoUaAo7Ep_E7EL0k5JTG8RT';
    expect(keys.open(sealed, 'shop-1')).toBe('whsec_c2VjcmV0');
  });

  it('follow HKDF-SHA256 and HMAC-SHA256, cut to 16 bytes', () => {
    const key = Buffer.from(hkdfSync('sha256', root, 'huitou', 'identities/v1', 32));
    const expected = createHmac('sha256', key).update('phone:+8613800138000').digest().subarray(0, 16);
    expect(keys.identityHash('phone:+8613800138000')).toBe(expected.toString('base64url'));
    expect(keys.identityHash('phone:+8613800138000')).toHaveLength(22);
  });

  it('differ by purpose and by root secret', () => {
    expect(keys.linkTag('x')).not.toBe(keys.cursorTag('x'));
    expect(rootKeys(`${root}!`).identityHash('x')).not.toBe(keys.identityHash('x'));
  });

  it('seal each time anew and open for the owner only', () => {
    const sealed = keys.seal('whsec_c2VjcmV0', 'shop-1');
    expect(keys.seal('whsec_c2VjcmV0', 'shop-1')).not.toBe(sealed);
    expect(keys.open(sealed, 'shop-1')).toBe('whsec_c2VjcmV0');
    expect(() => keys.open(sealed, 'shop-2')).toThrow(SealError);
    expect(() => rootKeys(`${root}!`).open(sealed, 'shop-1')).toThrow(SealError);
    expect(() => keys.open(`${sealed.slice(0, -2)}AA`, 'shop-1')).toThrow(SealError);
    expect(() => keys.open('v1.short', 'shop-1')).toThrow(SealError);
    expect(() => keys.open(sealed.replace('v1.', 'v2.'), 'shop-1')).toThrow(SealError);
  });
});

it('compares in constant time, whatever the lengths', () => {
  expect(equalInConstantTime('abc', 'abc')).toBe(true);
  expect(equalInConstantTime('abc', 'abd')).toBe(false);
  expect(equalInConstantTime('abc', 'abcd')).toBe(false);
});
