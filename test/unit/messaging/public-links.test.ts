import { describe, expect, test } from 'vitest';
import { createHandler } from '../../../functions/public-pages/handler.ts';
import { publicLinks } from '../../../shared/adapters/crypto/public-links.ts';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { httpEvent, keepingLogger, lambdaContext } from '../../support/lambda.ts';
import { aFile, aTouch, emailKey, messaging, noon } from '../../support/touches.ts';

const links = publicLinks(rootKeys('one root secret of sixty-four characters, made for these tests ..'));
const key = { customer: 'c1', id: 'abc_-123-email' };

describe('a link', () => {
  test('stands for its message, and tells nothing that is not in its id', () => {
    const token = links.write('u', key);
    expect(links.read('u', token)).toEqual(key);
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
    for (const text of strange) expect(links.read('u', text)).toBeUndefined();
  });

  test('of another deployment is none', () => {
    const others = publicLinks(rootKeys('another root secret of sixty-four characters, made for these tests'));
    expect(links.read('u', others.write('u', key))).toBeUndefined();
  });
});

describe('the page behind it', () => {
  async function sentMessage() {
    const world = messaging();
    const touch = aTouch();
    await world.putFile(aFile({ email: 'ann@example.com' }));
    await world.plan(touch);
    await world.send('c1', 'email');
    const { logger, lines } = keepingLogger();
    const handler = createHandler({ ...world.deps, links, logger });
    const ask = async (method: string, token: string) => {
      const { statusCode, body = '' } = await handler(
        httpEvent(method, `/u/${token}`, { params: { token } }),
        lambdaContext(),
      );
      return { status: statusCode, body };
    };
    const said = async () =>
      (await world.touches.readLive({ addresses: [emailKey('ann@example.com')] })).addresses.get(
        emailKey('ann@example.com'),
      )?.value.said;
    return { world, touch, ask, said, lines };
  }

  test('GET asks and changes nothing; POST unsubscribes, and again', async () => {
    const { world, touch, ask, said, lines } = await sentMessage();
    const token = links.write('u', touch);
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
    expect((await ask('POST', links.write('u', { customer: 'c1', id: 'none-email' }))).status).toBe(404);
    expect((await ask('GET', '')).status).toBe(404);
    expect(await said()).toEqual({});
  });
});
