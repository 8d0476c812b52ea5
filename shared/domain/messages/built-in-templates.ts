import { footerLink, mailLayout, orderTable, paragraph } from './mail-layout.ts';
import type { Channel } from './message-class.ts';
import { type Locale, locales, type MessageTemplate } from './template.ts';

/** Messages that need no template of the merchant's own. */
export const builtInTemplateIds = ['order-confirmation', 'turned-silent'] as const;
export type BuiltInTemplateId = (typeof builtInTemplateIds)[number];

type Wording = Omit<MessageTemplate, 'id' | 'class' | 'locale'>;

// Variables: customer.name (may be empty), shop.name, order {id, total, items [{title, quantity, price}]} with formatted
// amounts, and unsubscribe.url in mails of class care. SMS are framed by signature and opt-out elsewhere.
const hello = {
  'zh-CN': '{% if customer.name != blank %}{{ customer.name }}，{% endif %}您好！',
  en: '{% if customer.name != blank %}Hi {{ customer.name }},{% else %}Hello,{% endif %}',
};

const orderConfirmation: Record<Locale, readonly Wording[]> = {
  'zh-CN': [
    {
      channel: 'email',
      subject: '{{ shop.name }}：订单 {{ order.id }} 已付款，感谢您的购买',
      text: `${hello['zh-CN']}

您在 {{ shop.name }} 的订单已付款，感谢您的购买。我们会尽快为您处理。

订单号 {{ order.id }}
{% for item in order.items -%}
- {{ item.title }}  {{ item.price }} × {{ item.quantity }}
{% endfor -%}
实付 {{ order.total }}（运费和优惠已计算在内）

--
您收到这封邮件，是因为您在 {{ shop.name }} 的订单已付款。
`,
      html: mailLayout({
        locale: 'zh-CN',
        title: '感谢您的购买',
        preheader: '订单 {{ order.id }} 已付款 {{ order.total }}，我们会尽快为您处理。',
        blocks: [
          paragraph(hello['zh-CN']),
          paragraph('您在 {{ shop.name }} 的订单已付款，感谢您的购买。我们会尽快为您处理。'),
          orderTable({ order: '订单号', paid: '实付', paidNote: '运费和优惠已计算在内' }),
        ],
        footer: ['您收到这封邮件，是因为您在 {{ shop.name }} 的订单已付款。'],
      }),
    },
    {
      channel: 'sms',
      text: '{{ customer.name }}您好，订单{{ order.id }}已付款{{ order.total }}，我们会尽快处理，感谢购买！',
    },
    {
      channel: 'webhook',
      text: `${hello['zh-CN']}您在 {{ shop.name }} 的订单 {{ order.id }} 已付款 {{ order.total }}，我们会尽快为您处理，感谢购买。
{%- for item in order.items %}
· {{ item.title }} × {{ item.quantity }}
{%- endfor %}`,
    },
  ],
  en: [
    {
      channel: 'email',
      subject: '{{ shop.name }}: order {{ order.id }} is paid, thank you',
      text: `${hello.en}

Your payment for an order at {{ shop.name }} has come in. Thank you! We will see to it as soon as we can.

Order {{ order.id }}
{% for item in order.items -%}
- {{ item.title }}  {{ item.price }} × {{ item.quantity }}
{% endfor -%}
Paid {{ order.total }} (with shipping and discounts)

--
You are getting this because you paid for an order at {{ shop.name }}.
`,
      html: mailLayout({
        locale: 'en',
        title: 'Thank you for your order',
        preheader: 'Order {{ order.id }} is paid: {{ order.total }}. We will see to it as soon as we can.',
        blocks: [
          paragraph(hello.en),
          paragraph(
            'Your payment for an order at {{ shop.name }} has come in. Thank you! We will see to it as soon as we can.',
          ),
          orderTable({ order: 'Order', paid: 'Paid', paidNote: 'with shipping and discounts' }),
        ],
        footer: ['You are getting this because you paid for an order at {{ shop.name }}.'],
      }),
    },
    {
      channel: 'sms',
      text: `${hello.en} your order {{ order.id }} is paid: {{ order.total }}. Thank you!`,
    },
    {
      channel: 'webhook',
      text: `${hello.en} your order {{ order.id }} at {{ shop.name }} is paid: {{ order.total }}. We will see to it soon. Thank you!
{%- for item in order.items %}
- {{ item.title }} × {{ item.quantity }}
{%- endfor %}`,
    },
  ],
};

const turnedSilent: Record<Locale, readonly Wording[]> = {
  'zh-CN': [
    {
      channel: 'email',
      subject: '{{ shop.name }}：好久不见，近来可好？',
      text: `${hello['zh-CN']}

有一阵子没在 {{ shop.name }} 见到您了，希望您一切都好。

如果之前的购物有不满意的地方，请告诉我们的客服，我们会认真对待。哪天想回来看看，我们随时欢迎。

--
您收到这封邮件，是因为您是 {{ shop.name }} 的顾客。
不想再收到这类邮件？请在此退订：{{ unsubscribe.url }}
`,
      html: mailLayout({
        locale: 'zh-CN',
        title: '好久不见，近来可好？',
        preheader: '有一阵子没见到您了，希望您一切都好。',
        blocks: [
          paragraph(hello['zh-CN']),
          paragraph('有一阵子没在 {{ shop.name }} 见到您了，希望您一切都好。'),
          paragraph('如果之前的购物有不满意的地方，请告诉我们的客服，我们会认真对待。哪天想回来看看，我们随时欢迎。'),
        ],
        footer: [
          '您收到这封邮件，是因为您是 {{ shop.name }} 的顾客。',
          `不想再收到这类邮件？${footerLink('{{ unsubscribe.url }}', '请在此退订')}`,
        ],
      }),
    },
    {
      channel: 'sms',
      text: '{{ customer.name }}您好，好久不见，近来可好？哪天想回来看看，我们随时欢迎。',
    },
    {
      channel: 'webhook',
      text: `${hello['zh-CN']}有一阵子没在 {{ shop.name }} 见到您了，近来可好？哪天想回来看看，我们随时欢迎。`,
    },
  ],
  en: [
    {
      channel: 'email',
      subject: '{{ shop.name }}: it has been a while',
      text: `${hello.en}

We have not seen you at {{ shop.name }} for a while, and hope that all is well with you.

If something about an earlier order was not right, please tell our customer service: we will look into it. Whenever you feel like coming back, you are welcome.

--
You are getting this because you are a customer of {{ shop.name }}.
No more mails like this? Unsubscribe here: {{ unsubscribe.url }}
`,
      html: mailLayout({
        locale: 'en',
        title: 'It has been a while',
        preheader: 'We have not seen you for a while, and hope that all is well.',
        blocks: [
          paragraph(hello.en),
          paragraph('We have not seen you at {{ shop.name }} for a while, and hope that all is well with you.'),
          paragraph(
            'If something about an earlier order was not right, please tell our customer service: we will look into it. Whenever you feel like coming back, you are welcome.',
          ),
        ],
        footer: [
          'You are getting this because you are a customer of {{ shop.name }}.',
          `No more mails like this? ${footerLink('{{ unsubscribe.url }}', 'Unsubscribe here')}`,
        ],
      }),
    },
    {
      channel: 'sms',
      text: `${hello.en} it has been a while! You are always welcome back.`,
    },
    {
      channel: 'webhook',
      text: `${hello.en} we have not seen you at {{ shop.name }} for a while and hope all is well. Whenever you feel like coming back, you are welcome.`,
    },
  ],
};

export const builtInTemplates: readonly MessageTemplate[] = locales.flatMap((locale) => [
  ...orderConfirmation[locale].map(
    (wording): MessageTemplate => ({
      id: 'order-confirmation',
      class: 'transactional',
      locale,
      ...wording,
    }),
  ),
  ...turnedSilent[locale].map(
    (wording): MessageTemplate => ({ id: 'turned-silent', class: 'care', locale, ...wording }),
  ),
]);

/** The template in the customer's language: the very locale, else the same language, else the first of `locales`. */
export function builtInTemplate(id: BuiltInTemplateId, channel: Channel, locale: string | undefined): MessageTemplate {
  const wanted = nearestLocale(locale);
  const template = builtInTemplates.find((one) => one.id === id && one.channel === channel && one.locale === wanted);
  if (!template) throw new Error(`no built-in template ${id} for ${channel} in ${wanted}`);
  return template;
}

function nearestLocale(locale: string | undefined): Locale {
  const wanted = locale?.trim().replaceAll('_', '-').toLowerCase() ?? '';
  const language = wanted.split('-')[0];
  return (
    locales.find((one) => one.toLowerCase() === wanted) ??
    locales.find((one) => one.split('-')[0] === language) ??
    locales[0]
  );
}
