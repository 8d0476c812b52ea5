import type { MailBlock } from './mail-blocks.ts';
import type { Channel, MessageClass } from './message-class.ts';
import type { Locale, MessageTemplate } from './template.ts';

/** A paragraph, a block by its name (`order`, `coupon`, `products`), or a button with where it leads. */
export type Part = string | { readonly button: string; readonly url: string };

/** What a built-in message says in one language, once for every channel. */
export interface Wording {
  readonly subject: string;
  readonly title: string;
  readonly preheader: string;
  /** Of the mail, after the greeting. */
  readonly mail: readonly Part[];
  /** Framed by signature and opt-out text elsewhere. */
  readonly sms: string;
}

export interface BuiltIn {
  readonly id: string;
  readonly class: MessageClass;
  readonly wording: Readonly<Record<Locale, Wording>>;
}

const greeting: Readonly<Record<Locale, string>> = {
  'zh-CN': '{% if customer.name != blank %}{{ customer.name }}，{% endif %}您好！',
  en: '{% if customer.name != blank %}Hi {{ customer.name }},{% else %}Hello,{% endif %}',
};

/** The beginning of a text message, which is the same sentence. */
export const smsGreeting: Readonly<Record<Locale, string>> = {
  'zh-CN': '{{ customer.name | default: "" }}您好，',
  en: greeting.en,
};

type Block = 'order' | 'coupon' | 'products';

/** What a block says in the text of a mail. */
const blockTexts: Readonly<Record<Block, Readonly<Record<Locale, string>>>> = {
  order: {
    'zh-CN': `订单号 {{ order.id }}
{% for item in order.items -%}
- {{ item.title }}  {{ item.price }} × {{ item.quantity }}
{% endfor -%}
合计 {{ order.total }}（运费和优惠已计算在内）`,
    en: `Order {{ order.id }}
{% for item in order.items -%}
- {{ item.title }}  {{ item.price }} × {{ item.quantity }}
{% endfor -%}
Total {{ order.total }} (with shipping and discounts)`,
  },
  coupon: {
    'zh-CN': couponText(
      '{{ coupon.value }}',
      '（满 {{ coupon.minimum }}）',
      '：{{ coupon.code }}',
      '，有效期至 {{ coupon.expires }}',
    ),
    en: couponText(
      '{{ coupon.value }}',
      ' on orders from {{ coupon.minimum }}',
      ': {{ coupon.code }}',
      ' (valid until {{ coupon.expires }})',
    ),
  },
  products: { 'zh-CN': productsText('为您挑选'), en: productsText('Picked for you') },
};

function couponText(worth: string, minimum: string, code: string, expires: string): string {
  return `${worth}${where('coupon.minimum', minimum)}${code}${where('coupon.expires', expires)}`;
}

function productsText(heading: string): string {
  const price = where('product.price', '  {{ product.price }}');
  const url = where('product.url', '  {{ product.url }}');
  return `${heading}{% for product in products %}\n- {{ product.title }}${price}${url}{% endfor %}`;
}

/** Blocks that are left out where there is nothing to show. */
const shownWhere: { readonly [Of in Block]?: string } = { coupon: 'coupon.code', products: 'products.size > 0' };

function where(condition: string, content: string): string {
  return `{% if ${condition} %}${content}{% endif %}`;
}

/** The template of one channel. Over a webhook go the words of the text message: a chat or a call centre says them. */
export function templateOf(
  { id, class: messageClass, wording }: BuiltIn,
  channel: Channel,
  locale: Locale,
): MessageTemplate {
  const { subject, title, preheader, mail, sms } = wording[locale];
  const common = { id, channel, class: messageClass, locale };
  if (channel !== 'email') return { ...common, text: sms };
  return {
    ...common,
    subject,
    title,
    preheader,
    text: `${greeting[locale]}${mail.map((part) => textOf(part, locale)).join('')}\n`,
    blocks: [{ type: 'text', text: greeting[locale] }, ...mail.map(blockOf)],
  };
}

/** With the blank line before it, so that what is left out leaves none. */
function textOf(part: Part, locale: Locale): string {
  if (typeof part === 'object') return `\n\n${part.button}${locale === 'zh-CN' ? '：' : ': '}${part.url}`;
  if (!isBlock(part)) return `\n\n${part}`;
  const text = `\n\n${blockTexts[part][locale]}`;
  const condition = shownWhere[part];
  return condition === undefined ? text : where(condition, text);
}

function blockOf(part: Part): MailBlock {
  if (typeof part === 'object') return { type: 'button', label: part.button, url: part.url };
  if (part === 'coupon') return { type: 'coupon', optional: true };
  return isBlock(part) ? { type: part } : { type: 'text', text: part };
}

function isBlock(part: string): part is Block {
  return part in blockTexts;
}
