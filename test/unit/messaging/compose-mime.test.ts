import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import {
  composeMime,
  destinationOf,
  InvalidMessageError,
  type Mail,
} from '../../../shared/adapters/mail/compose-mime.ts';

const mail: Mail = {
  from: { name: '山野茶铺', address: 'hello@shop.example' },
  to: 'anna@example.com',
  subject: '订单 1001 已付款',
  text: '您好！\n\n感谢您的购买。\n',
  html: '<p>您好！</p>',
};

async function compose(changes: Partial<Mail>) {
  const raw = (await composeMime({ ...mail, ...changes })).toString('latin1');
  const [head = ''] = raw.split('\r\n\r\n');
  return { raw, headerLines: head.split('\r\n'), parsed: await PostalMime.parse(Buffer.from(raw, 'latin1')) };
}

const refusal = async (changes: Partial<Mail>) =>
  composeMime({ ...mail, ...changes }).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a mail', () => {
  it('is read back as it was written', async () => {
    const { parsed } = await compose({ replyTo: 'Service <service@shop.example>' });
    expect(parsed).toMatchObject({
      from: { name: '山野茶铺', address: 'hello@shop.example' },
      to: [{ address: 'anna@example.com' }],
      replyTo: [{ name: 'Service', address: 'service@shop.example' }],
      subject: '订单 1001 已付款',
      text: '您好！\n\n感谢您的购买。\n',
    });
    expect(parsed.html?.trim()).toBe('<p>您好！</p>');
    expect(parsed.attachments).toEqual([]);
  });

  it('is text first, HTML second, both UTF-8', async () => {
    const { raw } = await compose({});
    expect(raw).toMatch(/Content-Type: multipart\/alternative;/);
    expect([...raw.matchAll(/Content-Type: text\/(\w+); charset=utf-8/g)].map(([, kind]) => kind)).toEqual([
      'plain',
      'html',
    ]);
  });

  it('may be text alone', async () => {
    const raw = (await composeMime({ from: mail.from, to: mail.to, subject: 'x', text: 'plain' })).toString();
    expect(raw).toContain('Content-Type: text/plain; charset=utf-8');
    expect(raw).not.toContain('multipart');
  });

  it.each([
    ['ASCII', 'x'.repeat(5_000)],
    ['Chinese', '茶'.repeat(5_000)],
  ])('keeps lines below 998 octets, whatever the body: %s', async (_, body) => {
    const { raw, parsed } = await compose({ text: body, html: `<p>${body}</p>`, subject: '感谢'.repeat(60) });
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n\x80-\xff]/);
    expect(parsed.text?.trim()).toBe(body);
    expect(parsed.subject).toBe('感谢'.repeat(60));
  });

  it('takes a body that looks like a file or a header for the text it is', async () => {
    const text = '/etc/passwd\nBcc: all@example.com\n.\n';
    const { parsed } = await compose({ text, html: 'file:///etc/passwd' });
    expect(parsed.text?.trimEnd()).toBe(text.trimEnd());
    expect(parsed.html?.trim()).toBe('file:///etc/passwd');
    expect(parsed.bcc).toBeUndefined();
  });

  it('does not split an emoji over two encoded words', async () => {
    const subject = '🍵'.repeat(40);
    expect((await compose({ subject })).parsed.subject).toBe(subject);
  });
});

describe('unsubscribing', () => {
  const oneClickUrl = `https://crm.example/u/${'abcdef0123'.repeat(40)}`;

  it('is offered in two headers of one line each', async () => {
    const { headerLines, raw } = await compose({ oneClickUrl });
    const at = headerLines.indexOf(`List-Unsubscribe: <${oneClickUrl}>`);
    const postAt = headerLines.indexOf('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect([at, postAt]).not.toContain(-1);
    for (const next of [headerLines[at + 1], headerLines[postAt + 1]]) expect(next).not.toMatch(/^[ \t]/);
    expect(raw.match(/^List-Unsubscribe/gm)).toHaveLength(2);
  });

  it('may be offered by mail as well, or alone: without a URL there is no one-click', async () => {
    const both = await compose({ oneClickUrl, unsubscribeMailto: 'leave+1@shop.example' });
    expect(both.headerLines).toContain(`List-Unsubscribe: <${oneClickUrl}>, <mailto:leave+1@shop.example>`);
    const alone = await compose({ unsubscribeMailto: 'leave@shop.example' });
    expect(alone.headerLines).toContain('List-Unsubscribe: <mailto:leave@shop.example>');
    expect(alone.raw).not.toContain('List-Unsubscribe-Post');
  });

  it('is not offered where it is not given', async () => {
    expect((await compose({})).raw).not.toContain('List-');
  });

  it('works over http on this machine only', async () => {
    expect(await refusal({ oneClickUrl: 'http://127.0.0.1:4000/u/x' })).toBeUndefined();
    expect(await refusal({ oneClickUrl: 'http://localhost:4000/u/x' })).toBeUndefined();
    expect(await refusal({ oneClickUrl: 'http://crm.example/u/x' })).toBeInstanceOf(InvalidMessageError);
  });

  it.each([
    'https://crm.example/u/x>\r\nBcc: all@example.com',
    'https://crm.example/u/x>, <https://other.example/',
    'https://crm.example/退订',
    'https://crm.example/u/ x',
    'javascript:alert(1)',
    '/u/x',
    '',
    `https://crm.example/u/${'x'.repeat(1_000)}`,
  ])('refuses the URL %j', async (url) => {
    expect(await refusal({ oneClickUrl: url })).toBeInstanceOf(InvalidMessageError);
  });

  it.each(['a@b.example?subject=x', 'a@b.example>,<b@b.example', 'a%40b@c.example', 'a\r\n@b.example', 'nobody'])(
    'refuses the address %j',
    async (unsubscribeMailto) => {
      expect(await refusal({ unsubscribeMailto })).toBeInstanceOf(InvalidMessageError);
    },
  );
});

describe('who it is from and to', () => {
  it.each<[Mail['to'], string, string]>([
    ['anna@example.com', '', 'anna@example.com'],
    ['Anna <anna@example.com>', 'Anna', 'anna@example.com'],
    ['山野茶铺 <anna@example.com>', '山野茶铺', 'anna@example.com'],
    ['"Tea, \\"Co\\"" <anna@example.com>', 'Tea, "Co"', 'anna@example.com'],
    [
      { name: 'Tea, <x@y.example> "Co" \\', address: 'anna@example.com' },
      'Tea, <x@y.example> "Co" \\',
      'anna@example.com',
    ],
    [{ name: 'b@example.com, c', address: 'anna@example.com' }, 'b@example.com, c', 'anna@example.com'],
    ["o'hara+tea@sub.example.com", '', "o'hara+tea@sub.example.com"],
    ['anna@bücher.example', '', 'anna@xn--bcher-kva.example'],
    ['anna@例子.中国', '', 'anna@xn--fsqu00a.xn--fiqs8s'],
  ])('%j is one mailbox', async (to, name, address) => {
    const { parsed } = await compose({ to, from: to });
    expect(parsed.to).toEqual([{ name, address }]);
    expect(parsed.from).toEqual({ name, address });
    expect(destinationOf(to)).toBe(address);
  });

  const bad: Mail['to'][] = [
    '',
    'anna',
    'anna@',
    '@example.com',
    'anna@example',
    'anna@@example.com',
    'an na@example.com',
    'anna@example.com,eve@example.com',
    'anna@example.com;eve@example.com',
    'anna@example.com, Eve <eve@example.com>',
    'Anna, Eve <eve@example.com>',
    'Anna <anna@example.com>, Eve <eve@example.com>',
    'friends: anna@example.com;',
    'anna@example.com\r\nBcc: eve@example.com',
    'anna@example.com\n',
    'Anna\r\nBcc: eve@example.com <anna@example.com>',
    'anna\0@example.com',
    'anna@exam\tple.com',
    'anna@exa%6dple.com',
    '.anna@example.com',
    '"an,na"@example.com',
    '安娜@example.com',
    'anna@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
    `anna@${'a.'.repeat(130)}com`,
    { name: 'Anna\r\nBcc: eve@example.com', address: 'anna@example.com' },
    { name: 'Anna', address: 'anna@example.com\r\n' },
    { name: 'Anna', address: 'anna@example.com,eve@example.com' },
    { name: 'Anna', address: 'anna@example.com> <eve@example.com' },
  ];

  it.each(bad)('refuses %j, wherever it stands, without naming it', async (address) => {
    for (const part of ['from', 'to', 'replyTo'] as const) {
      const error = await refusal({ [part]: address });
      expect(error).toBeInstanceOf(InvalidMessageError);
      expect(String(error)).toMatch(new RegExp(`^InvalidMessageError: ${part}: `));
      expect(String(error)).not.toMatch(/anna|eve|example/i);
    }
    expect(() => destinationOf(address)).toThrow(InvalidMessageError);
  });
});

describe('the subject', () => {
  it.each(['Hi\r\nBcc: eve@example.com', 'Hi\nx', 'Hi\rx', 'Hi\0', 'Hi\u2028x'])('refuses %j', async (subject) => {
    expect(await refusal({ subject })).toBeInstanceOf(InvalidMessageError);
  });

  it.each(['x'.repeat(1_000), 'x '.repeat(500), '茶'.repeat(300)])(
    'is refused when too long for a header',
    async (subject) => {
      expect(String(await refusal({ subject }))).toBe('InvalidMessageError: Subject: the header is too long');
    },
  );
});
