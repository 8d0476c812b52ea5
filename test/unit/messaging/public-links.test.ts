import { describe, expect, test } from 'vitest';
import { type LinkPurpose, publicLinks } from '../../../shared/adapters/crypto/public-links.ts';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { shortLinks } from '../../../shared/adapters/crypto/short-links.ts';
import { pageLinks, publicPages } from '../../support/public-pages.ts';
import { aFile, aTouch, emailKey, noon } from '../../support/touches.ts';

const keys = rootKeys('one root secret of sixty-four characters, made for these tests ..');
const links = publicLinks(keys);
const short = shortLinks(keys);
const purposes: LinkPurpose[] = ['u', 't', 'o', 'q', 'c', 'p'];
const key = { customer: 'c1', id: 'abc_-123-email' };

describe('a link', () => {
  const later = noon + 60_000;

  test.for<LinkPurpose>(['u', 't', 'o', 'q', 'c', 'p'])('for %s is worth nothing for anything else', (purpose) => {
    const token = links.write(purpose, key, 'https://north.example/?a=1', later);
    const readable = purposes.filter((other) => links.read(other, token, noon) !== undefined);
    expect(readable).toEqual([purpose]);
  });

  test('carries what it was made for, whatever that is', () => {
    for (const extra of ['', 'https://north.example/a b?q=春&x=1#y', 'two\nlines\n', ' ']) {
      expect(links.read('t', links.write('t', key, extra), noon)).toEqual({ ...key, extra });
      expect(links.read('t', links.write('t', key, extra, later), noon)).toEqual({ ...key, extra });
    }
    expect(links.read('o', links.write('o', key, undefined, later), noon)).toEqual(key);
  });

  test('ends when it was said to, and one without an end never', () => {
    const token = links.write('q', key, 'stars', later);
    expect(links.read('q', token, later - 1)).toBeDefined();
    expect(links.read('q', token, later)).toBeUndefined();
    expect(links.read('u', links.write('u', key), Number.MAX_SAFE_INTEGER)).toEqual(key);
  });

  test('of a message sent long ago still works', () => {
    // Written by the first version of all.
    expect(links.write('u', key)).toBe('YzEgYWJjXy0xMjMtZW1haWw.jcZ8Y9mcO8PesVjHOTQiEg');
    expect(links.read('u', 'YzEgYWJjXy0xMjMtZW1haWw.jcZ8Y9mcO8PesVjHOTQiEg', noon)).toEqual(key);
  });

  test('stands for its message, and tells nothing that is not in its id', () => {
    const token = links.write('u', key);
    expect(links.read('u', token, noon)).toEqual(key);
    expect(token).toMatch(/^[\w-]+\.[\w-]{22}$/);
  });

  test('that was changed, cut or made up is none', () => {
    const token = links.write('u', key);
    const [content = '', tag = ''] = token.split('.');
    const other = Buffer.from('c2 abc_-123-email').toString('base64url');
    const strange = [
      '',
      '.',
      content,
      `${content}.`,
      `.${tag}`,
      `${other}.${tag}`,
      `${content}.${tag}x`,
      `${content}.${tag.slice(1)}`,
      `${token}.${tag}`,
      `${content}.${'A'.repeat(22)}`,
      token.toUpperCase(),
      '\u0000',
      'é'.repeat(300),
    ];
    for (const text of strange) expect(links.read('u', text, noon)).toBeUndefined();
  });

  test('of another deployment is none', () => {
    const others = publicLinks(rootKeys('another root secret of sixty-four characters, made for these tests'));
    expect(links.read('u', others.write('u', key), noon)).toBeUndefined();
  });
});

describe('a short link', () => {
  const text = { customer: 'c1', id: 'abc_-123-sms' };

  test('has fourteen letters and digits, and the place of the link', () => {
    for (let number = 0; number < 300; number++) {
      const touch = { ...text, customer: `c${number}` };
      expect(short.write('p', touch)).toMatch(/^[A-Za-z0-9]{14}$/);
      const token = short.write('t', touch, 12);
      expect(short.read(token)).toEqual({ name: short.nameOf(touch), place: '12' });
      expect(short.isFor('t', token, touch)).toBe(true);
    }
  });

  test('is worth nothing for another purpose, another message, another place, or another deployment', () => {
    const token = short.write('t', text, 1);
    expect(purposes.filter((other) => short.isFor(other, token, text))).toEqual(['t']);
    expect(short.isFor('t', token, { ...text, customer: 'c2' })).toBe(false);
    expect(short.isFor('t', token, { ...text, id: 'other-sms' })).toBe(false);
    for (const other of [`${token}0`, token.slice(0, -1), `${token.slice(0, -1)}2`, `${token.slice(0, -1)}01`]) {
      expect(short.isFor('t', other, text), other).toBe(false);
    }
    const others = shortLinks(rootKeys('another root secret of sixty-four characters, made for these tests'));
    expect(others.isFor('t', token, text)).toBe(false);
  });

  test.each(['', 'x', 'a'.repeat(13), 'a'.repeat(18), `${'a'.repeat(13)}-`, 'é'.repeat(14), links.write('u', text)])(
    'is none: %s',
    (token) => {
      expect(short.read(token)).toBeUndefined();
      expect(short.isFor('t', token, text)).toBe(false);
    },
  );
});

describe('the page behind it', () => {
  async function sentMessage() {
    const world = publicPages();
    const touch = aTouch();
    await world.putFile(aFile({ email: 'ann@example.com' }));
    await world.plan(touch);
    await world.send('c1', 'email');
    const { lines } = world;
    const ask = (method: string, token: string) => world.ask(method, `/u/${token}`);
    const said = async () =>
      (await world.touches.readLive({ addresses: [emailKey('ann@example.com')] })).addresses.get(
        emailKey('ann@example.com'),
      )?.value.said;
    return { world, touch, ask, said, lines };
  }

  test('GET asks and changes nothing; POST unsubscribes, and again', async () => {
    const { world, touch, ask, said, lines } = await sentMessage();
    const token = pageLinks.write('u', touch);
    expect((await ask('GET', token)).status).toBe(200);
    expect(await said()).toEqual({});
    expect((await ask('POST', token)).status).toBe(200);
    expect((await ask('POST', token)).status).toBe(200);
    expect(await said()).toEqual({ unsubscribed: noon });
    expect((await world.touch(touch)).reactions).toEqual({ unsubscribed: noon });
    expect(JSON.stringify(lines)).not.toContain('ann@');
  });

  test('there is none for a token that was made up, or for a message that was never sent', async () => {
    const { ask, said } = await sentMessage();
    expect((await ask('POST', 'abc.def')).status).toBe(404);
    expect((await ask('POST', pageLinks.write('u', { customer: 'c1', id: 'none-email' }))).status).toBe(404);
    expect((await ask('GET', '')).status).toBe(404);
    expect(await said()).toEqual({});
  });
});
