import { type BuiltIn, smsGreeting } from './built-in-wording.ts';

const { 'zh-CN': zh, en } = smsGreeting;

/** Carrier, number and link, as far as the shop told them. */
const parcelZh = `{% if order.tracking %}{{ order.carrier | default: '快递单号' }} {{ order.tracking }}{% if order.trackingUrl %}
查看物流：{{ order.trackingUrl }}{% endif %}{% else %}订单号 {{ order.id }}{% endif %}`;
const parcelEn = `{% if order.tracking %}{{ order.carrier | default: 'Parcel' }} {{ order.tracking }}{% if order.trackingUrl %}
Follow it: {{ order.trackingUrl }}{% endif %}{% else %}Order {{ order.id }}{% endif %}`;
const parcelSmsZh = `{% if order.tracking %}，{{ order.carrier | default: '单号' }}{{ order.tracking }}{% endif %}`;
const parcelSmsEn = `{% if order.tracking %} {{ order.carrier | default: 'Parcel' }} {{ order.tracking }}.{% endif %}`;

const refundZh = `{% case trigger.refundStatus %}{% when 'success' %}退款已完成{% when 'refused' %}退款申请未能通过{% else %}退款申请已收到{% endcase %}`;
const refundEn = `{% case trigger.refundStatus %}{% when 'success' %}refund has been paid{% when 'refused' %}refund could not be granted{% else %}refund request has reached us{% endcase %}`;
const refunded = '{{ trigger.refundAmount | money: trigger.currency }}';
const refundMoreZh = `{% case trigger.refundStatus %}{% when 'success' %}款项会按原支付方式退回，到账时间以银行为准。{% when 'refused' %}如有疑问，请联系我们的客服，我们会为您说明。{% else %}我们会尽快处理，有结果就告诉您。{% endcase %}`;
const refundMoreEn = `{% case trigger.refundStatus %}{% when 'success' %}It goes back the way you paid; when it arrives is up to your bank.{% when 'refused' %}If you have questions, please ask our customer service: we will explain.{% else %}We will see to it as soon as we can and let you know.{% endcase %}`;

/** What customers hear of their orders. Plain words: they are waiting for something. */
export const orderMessages: readonly BuiltIn[] = [
  {
    id: 'order-confirmation',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：订单 {{ order.id }} 已付款，感谢您的购买',
        title: '感谢您的购买',
        preheader: '订单 {{ order.id }} 已付款 {{ order.total }}，我们会尽快为您处理。',
        mail: ['您在 {{ shop.name }} 的订单已付款，感谢您的购买。我们会尽快为您处理。', 'order'],
        sms: `${zh}订单{{ order.id }}已付款{{ order.total }}，我们会尽快处理，感谢购买！`,
      },
      en: {
        subject: '{{ shop.name }}: order {{ order.id }} is paid, thank you',
        title: 'Thank you for your order',
        preheader: 'Order {{ order.id }} is paid: {{ order.total }}. We will see to it as soon as we can.',
        mail: [
          'Your payment for an order at {{ shop.name }} has come in. Thank you! We will see to it as soon as we can.',
          'order',
        ],
        sms: `${en} your order {{ order.id }} is paid: {{ order.total }}. Thank you!`,
      },
    },
  },
  {
    id: 'shipping-notice',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：订单 {{ order.id }} 已发货',
        title: '您的包裹已出发',
        preheader: '订单 {{ order.id }} 已发货，正在送往您的路上。',
        mail: ['您的订单已发货，正在送往您的路上。', parcelZh, 'order'],
        sms: `${zh}订单{{ order.id }}已发货${parcelSmsZh}。`,
      },
      en: {
        subject: '{{ shop.name }}: order {{ order.id }} is on its way',
        title: 'Your parcel is on its way',
        preheader: 'Order {{ order.id }} has left our warehouse.',
        mail: ['Good news: your order has left our warehouse and is on its way to you.', parcelEn, 'order'],
        sms: `${en} your order {{ order.id }} is on its way.${parcelSmsEn}`,
      },
    },
  },
  {
    id: 'out-for-delivery',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：订单 {{ order.id }} 正在派送',
        title: '包裹今天送到您手上',
        preheader: '订单 {{ order.id }} 正在派送，请留意收件。',
        mail: ['您的包裹正在派送，请留意快递员的电话。', parcelZh],
        sms: `${zh}订单{{ order.id }}正在派送${parcelSmsZh}，请留意收件。`,
      },
      en: {
        subject: '{{ shop.name }}: order {{ order.id }} is out for delivery',
        title: 'Your parcel arrives today',
        preheader: 'Order {{ order.id }} is out for delivery.',
        mail: ['Your parcel is out for delivery. Somebody should be there to take it in.', parcelEn],
        sms: `${en} your order {{ order.id }} is out for delivery today.${parcelSmsEn}`,
      },
    },
  },
  {
    id: 'delivery-exception',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：订单 {{ order.id }} 的配送遇到了问题',
        title: '配送遇到了问题',
        preheader: '订单 {{ order.id }} 的配送遇到了问题，我们正在跟进。',
        mail: [
          '很抱歉，您的包裹在配送途中遇到了问题。我们正在和快递公司联系，有消息就告诉您。',
          parcelZh,
          '如需帮助，请联系我们的客服。',
        ],
        sms: `${zh}抱歉，订单{{ order.id }}配送遇到问题${parcelSmsZh}，我们正在跟进。`,
      },
      en: {
        subject: '{{ shop.name }}: a problem with the delivery of order {{ order.id }}',
        title: 'A problem with your delivery',
        preheader: 'We are looking into the delivery of order {{ order.id }}.',
        mail: [
          'We are sorry: your parcel has met with a problem on its way. We are in touch with the carrier and will let you know.',
          parcelEn,
          'If you need help, please contact our customer service.',
        ],
        sms: `${en} sorry, the delivery of order {{ order.id }} met with a problem. We are looking into it.${parcelSmsEn}`,
      },
    },
  },
  {
    id: 'refund-progress',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: `{{ shop.name }}：订单 {{ order.id }} 的${refundZh}`,
        title: `您的${refundZh}`,
        preheader: `退款金额 ${refunded}。`,
        mail: [`您的订单 {{ order.id }} 的${refundZh}，金额 ${refunded}。`, refundMoreZh],
        sms: `${zh}订单{{ order.id }}的${refundZh}，金额${refunded}。`,
      },
      en: {
        subject: `{{ shop.name }}: your ${refundEn} (order {{ order.id }})`,
        title: `Your ${refundEn}`,
        preheader: `Amount: ${refunded}.`,
        mail: [`Your ${refundEn}: ${refunded} for order {{ order.id }}.`, refundMoreEn],
        sms: `${en} your ${refundEn}: ${refunded} for order {{ order.id }}.`,
      },
    },
  },
  {
    id: 'payment-reminder',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：订单 {{ order.id }} 等待付款',
        title: '您的订单等待付款',
        preheader: '订单 {{ order.id }} 还没有付款，我们为您保留着。',
        mail: ['您的订单还没有付款，我们为您保留着。如果已经付款，请忽略这封邮件。', 'order'],
        sms: `${zh}订单{{ order.id }}（{{ order.total }}）还未付款，我们为您保留着。如已付款请忽略。`,
      },
      en: {
        subject: '{{ shop.name }}: order {{ order.id }} is waiting for its payment',
        title: 'Your order is waiting',
        preheader: 'We are keeping order {{ order.id }} for you.',
        mail: [
          'Your order has not been paid yet; we are keeping it for you. If you have just paid, please ignore this.',
          'order',
        ],
        sms: `${en} your order {{ order.id }} ({{ order.total }}) is not paid yet. We are keeping it for you.`,
      },
    },
  },
  {
    id: 'payment-reminder-mail',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：您挑选的商品还在等您',
        title: '您挑选的商品还在等您',
        preheader: '订单 {{ order.id }} 还没有付款。',
        mail: [
          '昨天您在 {{ shop.name }} 下了单，还没有付款。付款时遇到问题？请联系我们的客服，我们很乐意帮忙。',
          'order',
          '如果已经付款，或者不需要了，请忽略这封邮件。',
        ],
        sms: `${zh}您的订单{{ order.id }}（{{ order.total }}）还未付款，付款遇到问题请联系客服。`,
      },
      en: {
        subject: '{{ shop.name }}: what you picked is still here',
        title: 'What you picked is still here',
        preheader: 'Order {{ order.id }} has not been paid yet.',
        mail: [
          'Yesterday you ordered at {{ shop.name }}, and the payment has not come in. Did something go wrong? Our customer service will gladly help.',
          'order',
          'If you have paid, or changed your mind, please ignore this.',
        ],
        sms: `${en} your order {{ order.id }} ({{ order.total }}) is not paid yet. Trouble paying? We gladly help.`,
      },
    },
  },
  {
    id: 'payment-reminder-last',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：订单 {{ order.id }} 即将关闭',
        title: '订单即将关闭',
        preheader: '订单 {{ order.id }} 还没有付款，即将关闭。',
        mail: ['您的订单还没有付款，即将关闭。如果还需要，请尽快付款；不需要了，什么都不用做。', 'order'],
        sms: `${zh}订单{{ order.id }}（{{ order.total }}）即将关闭，如还需要请尽快付款。`,
      },
      en: {
        subject: '{{ shop.name }}: order {{ order.id }} will be closed soon',
        title: 'Your order will be closed soon',
        preheader: 'Order {{ order.id }} has not been paid.',
        mail: [
          'Your order has not been paid and will be closed soon. Still want it? Please pay soon. If not, there is nothing to do.',
          'order',
        ],
        sms: `${en} your order {{ order.id }} ({{ order.total }}) will be closed soon. Still want it? Please pay soon.`,
      },
    },
  },
  {
    id: 'satisfaction-questionnaire',
    class: 'transactional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：这次购物还满意吗？',
        title: '这次购物还满意吗？',
        preheader: '只需一分钟，您的意见对我们很重要。',
        mail: [
          '您的订单 {{ order.id }} 已经送到几天了。东西用着还好吗？请花一分钟告诉我们，每一条意见我们都会看。',
          { button: '告诉我们', url: '{{ questionnaire.url }}' },
        ],
        sms: `${zh}订单{{ order.id }}还满意吗？请花一分钟告诉我们：{{ questionnaire.url }}`,
      },
      en: {
        subject: '{{ shop.name }}: how did we do?',
        title: 'How did we do?',
        preheader: 'It takes a minute, and we read every word.',
        mail: [
          'Your order {{ order.id }} has been with you for a few days. Are you happy with it? Please take a minute to tell us: we read every word.',
          { button: 'Tell us', url: '{{ questionnaire.url }}' },
        ],
        sms: `${en} are you happy with order {{ order.id }}? Please tell us: {{ questionnaire.url }}`,
      },
    },
  },
];
