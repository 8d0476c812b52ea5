import { describe, expect, it } from 'vitest';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import type { MessageTemplate } from '../../../shared/domain/messages/template.ts';
import { TemplateError } from '../../../shared/domain/messages/template-error.ts';

const { render } = liquidRenderer();

function template(parts: Partial<MessageTemplate>): MessageTemplate {
  return { id: 't', channel: 'email', class: 'care', locale: 'en', text: '', ...parts };
}

const textOf = (text: string, variables = {}) => render(template({ text }), variables).text;
const htmlOf = (html: string, variables = {}) => render(template({ html }), variables).html;
const subjectOf = (subject: string, variables = {}) => render(template({ subject }), variables).subject;

function errorOf(text: string, variables = {}): TemplateError {
  try {
    textOf(text, variables);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('it was rendered');
}

describe('the parts of a message', () => {
  it('renders those a template has, and no other', () => {
    expect(render(template({ text: 'Hi {{ name }}' }), { name: 'Anna' })).toEqual({ text: 'Hi Anna' });
    expect(render(template({ subject: '{{ n }}', text: 't', html: '<b>{{ n }}</b>' }), { n: 7 })).toEqual({
      subject: '7',
      text: 't',
      html: '<b>7</b>',
    });
  });

  it('escapes in HTML only, and once', () => {
    const name = `<script>alert("x")</script> & 'co'`;
    const escaped = '&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;co&#39;';
    expect(htmlOf('<a title="{{ name }}">{{ name | escape }}</a>', { name })).toBe(
      `<a title="${escaped}">${escaped}</a>`,
    );
    expect(textOf('{{ name | escape }}', { name })).toBe(name);
    expect(subjectOf('{{ name }}', { name })).toBe(name);
  });

  it('escapes what any tag puts out', () => {
    expect(htmlOf('{% echo x %}{% cycle x %}{% capture y %}{{ x }}{% endcapture %}', { x: '<' })).toBe('&lt;&lt;');
    expect(htmlOf('{% liquid\n assign y = x | upcase\n echo y %}', { x: '<b>' })).toBe('&lt;B&gt;');
  });

  it('keeps a subject on one line', () => {
    expect(subjectOf('Hi {{ name }}!', { name: 'Anna\r\nBcc: all@example.com\u2028x' })).toBe(
      'Hi Anna Bcc: all@example.com x!',
    );
  });

  it('lets no control character and no half of a surrogate pair through', () => {
    expect(textOf('{{ x }}', { x: 'a\0b\x1bc\x7f\td\ne\ud800' })).toBe('abc\td\ne\ufffd');
    expect(subjectOf('{{ x }}', { x: 'a\0\x08b' })).toBe('ab');
  });
});

describe('what is missing', () => {
  it.each([
    ['{{ name }}', {}, 'name'],
    ['{{ order.total }}', { order: {} }, 'order.total'],
    ['{{ order.total.amount }}', { order: {} }, 'order.total'],
    ['{% for item in items %}{{ item.price }}{% endfor %}', { items: [{}] }, 'item.price'],
    ['{% for item in items %}{% endfor %}', {}, 'items'],
    ['{{ "a" | append: name }}', {}, 'name'],
  ])('is an error that names the variable: %s', (text, variables, variable) => {
    expect(errorOf(text, variables)).toMatchObject({ part: 'text', variable });
    expect(errorOf(text, variables).message).toContain(variable);
  });

  it('tells the part', () => {
    expect(() => htmlOf('{{ name }}')).toThrow(/^html: the variable name is missing$/);
    expect(() => subjectOf('{{ name }}')).toThrow(/^subject: /);
  });

  it.each(['{{ x }}', '{{ list | first }}', '{{ list }}', '{{ object }}'])('never prints a blank for %s', (text) => {
    expect(errorOf(text, { x: null, list: [], object: {} }).message).toContain(text);
  });

  it('prints an empty text, which is no missing one', () => {
    expect(textOf('[{{ name }}]', { name: '' })).toBe('[]');
  });

  it('may be given a default or asked for', () => {
    expect(textOf('{{ name | default: "friend" }}{% if tier %}!{% endif %}')).toBe('friend');
  });

  it('is an error for a filter and a tag too', () => {
    expect(errorOf('{{ x | shout }}', { x: 'a' }).message).toContain('shout');
    expect(errorOf('{% shout %}').message).toContain('shout');
  });
});

describe('what neither a template nor a customer may do', () => {
  it('does not evaluate what a variable holds', () => {
    const name = '{{ secret }}{% include "x" %}';
    expect(textOf('{{ name }}', { name, secret: 's' })).toBe(name);
  });

  it.each([
    '{% include "/etc/passwd" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "/etc/passwd" %}',
    '{% block a %}{% endblock %}',
    '{% liquid\n render "/etc/passwd" %}',
    '{{ x | raw }}',
    '{{ x | json }}',
    '{{ x | inspect }}',
  ])('refuses %s', (text) => {
    expect(errorOf(text, { x: 'a' }).message).toMatch(/not found|undefined filter/);
  });

  it.each(['constructor', '__proto__', 'x.constructor', 'x.__proto__', 'x["constructor"]', 'x.toString', 'toString'])(
    'does not reach the inherited %s',
    (path) => {
      expect(errorOf(`{{ ${path} }}`, { x: { a: 1 } }).message).toContain('is missing');
    },
  );

  it('leaves prototypes alone', () => {
    textOf('{% assign __proto__ = "x" %}{% capture constructor %}y{% endcapture %}', {});
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}.constructor).toBe(Object);
  });

  it.each([
    ['a huge range', '{% for i in (1..1000000000) %}{% endfor %}'],
    [
      'a text that doubles by capture',
      `{% capture a %}ab{% endcapture %}${'{% capture a %}{{ a }}{{ a }}{% endcapture %}'.repeat(40)}`,
    ],
    ['a text that doubles by assign', `{% assign a = "ab" %}${'{% assign a = a | append: a %}'.repeat(40)}`],
    ['a padded date', '{{ "2026-01-01" | date: "%9999999999d" }}'],
    ['a long template', 'x'.repeat(100_001)],
    ['deep nesting', '{% if a %}'.repeat(9_000)],
    ['much output', `{% for i in (1..2000) %}${'x'.repeat(600)}{% endfor %}`],
  ])('cuts %s short', (_, text) => {
    expect(errorOf(text)).toBeInstanceOf(TemplateError);
  });

  it('cuts loops within loops short by time', () => {
    const loops =
      '{% assign xs = (1..1000) %}{% for a in xs %}{% for b in xs %}{% for c in xs %}{% endfor %}{% endfor %}{% endfor %}';
    const hasty = liquidRenderer(50);
    const started = performance.now();
    expect(() => hasty.render(template({ text: loops }), {})).toThrow('limit exceeded');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('goes on working afterwards, and holds no customer text in its errors', () => {
    const error = errorOf('{{ person }}', { person: { name: 'Anna Secret' } });
    expect(`${error.message} ${error.stack}`).not.toContain('Secret');
    expect(textOf('{{ name }}', { name: 'Anna' })).toBe('Anna');
  });
});

describe('money', () => {
  const said = (amount: unknown, currency: unknown, locale: string) =>
    textOf('{{ amount | money: currency }}', { amount, currency, locale });

  it.each([
    ['100.00', 'CNY', 'zh-CN', '¥100.00'],
    ['1234.5', 'CNY', 'en', 'CN¥1,234.50'],
    [20, 'USD', 'en', '$20.00'],
    ['500', 'JPY', 'en', '¥500'],
  ])('%s %s is written as in %s: %s', (amount, currency, locale, text) => {
    expect(said(amount, currency, locale)).toBe(text);
  });

  it.each([
    ['a lot', 'CNY', 'a lot CNY'],
    ['1.234', 'CNY', '1.234 CNY'],
    ['100.00', 'yuan', '100.00'],
    ['100.00', null, '100.00'],
  ])('what is no amount stays as it is: %s %s', (amount, currency, text) => {
    expect(said(amount, currency, 'en')).toBe(text);
  });

  it('is the first language where none is told, and missing where the amount is', () => {
    expect(textOf('{{ "9.90" | money: "CNY" }}')).toBe('¥9.90');
    expect(errorOf('{{ amount | money: "CNY" }}')).toMatchObject({ variable: 'amount' });
    expect(errorOf('{{ amount | money: "CNY" }}', { amount: null }).message).toContain('nothing to print');
  });
});

it('renders each of more templates than it remembers', () => {
  for (const round of [1, 2]) {
    for (let i = 0; i < 300; i++) expect(textOf(`${i} {{ round }}`, { round })).toBe(`${i} ${round}`);
  }
});
