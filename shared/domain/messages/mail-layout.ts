import type { MailBlock } from './mail-blocks.ts';
import { mailFrames } from './mail-frames.ts';
import { isTransactional } from './message-class.ts';
import type { Locale, MessageTemplate } from './template.ts';

type Frame = keyof typeof mailFrames;

interface Words {
  readonly order: { readonly order: string; readonly total: string; readonly note: string };
  readonly coupon: { readonly from: string; readonly until: string };
  readonly products: string;
  readonly isCustomer: string;
  readonly isNotice: string;
  readonly noMore: string;
  readonly unsubscribe: string;
  readonly preferences: string;
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    order: { order: '订单号', total: '合计', note: '运费和优惠已计算在内' },
    coupon: { from: '满', until: '有效期至' },
    products: '为您挑选',
    isCustomer: '您收到这封邮件，是因为您是 {{ shop.name }} 的顾客。',
    isNotice: '这是 {{ shop.name }} 发给您的服务通知。',
    noMore: '不想再收到这类邮件？',
    unsubscribe: '请在此退订',
    preferences: '偏好设置',
  },
  en: {
    order: { order: 'Order', total: 'Total', note: 'with shipping and discounts' },
    coupon: { from: 'on orders from', until: 'valid until' },
    products: 'Picked for you',
    isCustomer: 'You are getting this because you are a customer of {{ shop.name }}.',
    isNotice: 'This is a service notice from {{ shop.name }}.',
    noMore: 'No more mails like this?',
    unsubscribe: 'Unsubscribe here',
    preferences: 'Your preferences',
  },
};

/**
 * A template as it is rendered: a mail without a page of its own gets the layout around its blocks, or else around its text;
 * one that must say how to be left alone says so in its text, too. Laying it out twice changes nothing.
 */
export function laidOut(template: MessageTemplate): MessageTemplate {
  if (template.channel !== 'email') return template;
  const html = template.html ?? mailPage(template);
  return { ...template, text: withTextFooter(template), html };
}

function withTextFooter({ class: messageClass, locale, text }: MessageTemplate): string {
  if (isTransactional(messageClass) || /\bunsubscribe\.url\b/.test(text)) return text;
  const { isCustomer, noMore, unsubscribe } = words[locale];
  const colon = locale === 'zh-CN' ? '：' : ': ';
  const space = locale === 'zh-CN' ? '' : ' ';
  return `${text.trimEnd()}\n\n--\n${isCustomer}\n${noMore}${space}${unsubscribe}${colon}{{ unsubscribe.url }}\n`;
}

/** Keeps an inbox from showing the beginning of the body after a short preheader. */
const preheaderFiller = '&#847;&zwnj;&nbsp;'.repeat(20);

function mailPage({
  class: messageClass,
  locale,
  subject = '',
  title = subject,
  text,
  ...rest
}: MessageTemplate): string {
  const { preheader = '', blocks = [{ type: 'text', text }] } = rest;
  const said = words[locale];
  const footer = isTransactional(messageClass)
    ? [asHtml(said.isNotice)]
    : [
        asHtml(said.isCustomer),
        `${said.noMore} ${footerLink('{{ unsubscribe.url }}', said.unsubscribe)} · ${footerLink('{{ preferences.url }}', said.preferences)}`,
      ];
  return filled('page', {
    locale,
    title: asHtml(title),
    preheader: asHtml(preheader) + preheaderFiller,
    blocks: blocks.map((block) => rows(block, said)).join('\n'),
    footer: footer.map((content) => filled('footer', { content })).join('\n'),
  });
}

/** The rows of the page that a block is. */
function rows(block: MailBlock, said: Words): string {
  switch (block.type) {
    case 'text':
      return paragraphs(block.text)
        .map((content) => filled('text', { content }))
        .join('\n');
    case 'heading':
      return filled('heading', { content: asHtml(block.text) });
    case 'button':
      return filled('button', { url: escaped(block.url), label: asHtml(block.label) });
    case 'image': {
      const image = { src: escaped(block.image), alt: escaped(block.alt) };
      return block.url === undefined
        ? filled('image', image)
        : filled('linkedImage', { ...image, url: escaped(block.url) });
    }
    case 'order':
      return filled('order', said.order);
    case 'coupon':
      return block.optional ? where('coupon.code', filled('coupon', said.coupon)) : filled('coupon', said.coupon);
    case 'products':
      return where('products.size > 0', filled('heading', { content: said.products }) + filled('products', {}));
  }
}

function where(condition: string, content: string): string {
  return `{% if ${condition} %}${content}{% endif %}`;
}

function filled(frame: Frame, values: Readonly<Record<string, string>>): string {
  return mailFrames[frame].replace(/\[\[(\w+)\]\]/g, (whole, name: string) => values[name] ?? whole);
}

function footerLink(url: string, label: string): string {
  // SES would lead it through its own host, to count the click.
  return `<a ses:no-track href="${url}" style="color:#5f5b55;text-decoration:underline;">${label}</a>`;
}

/** Text between blank lines, each as HTML. */
function paragraphs(text: string): string[] {
  return text
    .trim()
    .split(/\n[ \t]*\n\s*/)
    .map(asHtml);
}

const liquid = String.raw`\{\{[^}]*\}\}|\{%[^%]*%\}`;
/** A link as it is written, variables in it and all, or a variable that is one. */
const link = new RegExp(
  String.raw`https?:\/\/(?:${liquid}|[^\s<>"'{\u3000-\u303f\uff00-\uffef\p{Script=Han}])*(?:${liquid}|[^\s<>"'{.,;:!?)\]\u3000-\u303f\uff00-\uffef\p{Script=Han}])|\{\{-?\s*[\w.]*[uU]rl\s*-?\}\}`,
  'gu',
);

/** Liquid text as Liquid HTML: what is between the tags is escaped, lines are kept, links can be followed. */
function asHtml(text: string): string {
  let html = '';
  let end = 0;
  for (const found of text.matchAll(link)) {
    html += escaped(text.slice(end, found.index));
    const url = escaped(found[0]);
    html += `<a href="${url}" style="color:#a8471f;">${url}</a>`;
    end = found.index + found[0].length;
  }
  return withLines(html + escaped(text.slice(end)));
}

/** A line that is nothing but a tag, or that its tag takes away, is none. */
function withLines(html: string): string {
  return html
    .replace(/^[ \t]*(\{%[^%]*%\})[ \t]*\n/gm, '$1')
    .replace(/-([%}]\})\s*\n/g, '-$1')
    .replace(/\n\s*(?=\{[%{]-)/g, '')
    .replaceAll('\n', '<br>\n');
}

const tags = new RegExp(`(${liquid})`);

function escaped(text: string): string {
  return text
    .split(tags)
    .map((part, index) => (index % 2 === 1 ? part : withEntities(part)))
    .join('');
}

function withEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
