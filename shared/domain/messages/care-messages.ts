import { type BuiltIn, smsGreeting } from './built-in-wording.ts';

const { 'zh-CN': zh, en } = smsGreeting;

/** A coupon in a text message, where one goes with it. */
const couponZh = `{% if coupon.code %}送您{{ coupon.value }}券{{ coupon.code }}{% if coupon.expires %}，{{ coupon.expires }}前有效{% endif %}。{% endif %}`;
const couponEn = `{% if coupon.code %} A little gift, {{ coupon.value }}: {{ coupon.code }}{% if coupon.expires %} until {{ coupon.expires }}{% endif %}.{% endif %}`;

/** What keeps in touch and sells nothing. */
export const careMessages: readonly BuiltIn[] = [
  {
    id: 'delivered-thanks',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：包裹收到了吗？感谢您的支持',
        title: '感谢您的支持',
        preheader: '订单 {{ order.id }} 已送达，希望您喜欢。',
        mail: [
          '您的订单 {{ order.id }} 已送达，希望您喜欢。',
          '使用中有任何问题，或者东西有不满意的地方，请联系我们的客服，我们会认真对待。',
        ],
        sms: `${zh}订单{{ order.id }}已送达，希望您喜欢！有问题请随时联系客服。`,
      },
      en: {
        subject: '{{ shop.name }}: it has arrived. Thank you!',
        title: 'Thank you!',
        preheader: 'Order {{ order.id }} has been delivered. We hope you like it.',
        mail: [
          'Your order {{ order.id }} has been delivered. We hope you like it.',
          'If you have a question about it, or something is not right, please write to our customer service: we will look into it.',
        ],
        sms: `${en} order {{ order.id }} has arrived. We hope you like it!`,
      },
    },
  },
  {
    id: 'second-purchase-care',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：用着还好吗？',
        title: '用着还好吗？',
        preheader: '有任何问题，我们都在。',
        mail: [
          '您第一次在 {{ shop.name }} 买的东西，用着还好吗？',
          '怎么用、怎么保存，或者想换一换，都可以问我们的客服，我们很乐意帮忙。',
        ],
        sms: `${zh}第一次买的东西用着还好吗？有任何问题请问我们的客服。`,
      },
      en: {
        subject: '{{ shop.name }}: is everything all right?',
        title: 'Is everything all right?',
        preheader: 'We are here if you have questions.',
        mail: [
          'Are you happy with your first order from {{ shop.name }}?',
          'How to use it, how to keep it, or whether it can be exchanged: just ask our customer service.',
        ],
        sms: `${en} are you happy with your first order? We are here if you have questions.`,
      },
    },
  },
  {
    id: 'turned-silent',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：好久不见，近来可好？',
        title: '好久不见，近来可好？',
        preheader: '有一阵子没见到您了，希望您一切都好。',
        mail: [
          '有一阵子没在 {{ shop.name }} 见到您了，希望您一切都好。',
          '如果之前的购物有不满意的地方，请告诉我们的客服，我们会认真对待。哪天想回来看看，我们随时欢迎。',
        ],
        sms: `${zh}好久不见，近来可好？哪天想回来看看，我们随时欢迎。`,
      },
      en: {
        subject: '{{ shop.name }}: it has been a while',
        title: 'It has been a while',
        preheader: 'We have not seen you for a while, and hope that all is well.',
        mail: [
          'We have not seen you at {{ shop.name }} for a while, and hope that all is well with you.',
          'If something about an earlier order was not right, please tell our customer service: we will look into it. Whenever you feel like coming back, you are welcome.',
        ],
        sms: `${en} it has been a while! You are always welcome back.`,
      },
    },
  },
  {
    id: 'win-back-reminder',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：最近需要补货吗？',
        title: '最近需要补货吗？',
        preheader: '距离上次购买已有 {{ trigger.days }} 天。',
        mail: [
          '距离您上次在 {{ shop.name }} 购买已有 {{ trigger.days }} 天。常用的东西是不是快用完了？需要的话，随时回来看看。',
        ],
        sms: `${zh}距上次购买已有{{ trigger.days }}天，常用的是不是快用完了？欢迎回来看看。`,
      },
      en: {
        subject: '{{ shop.name }}: running low?',
        title: 'Running low?',
        preheader: 'Your last order was {{ trigger.days }} days ago.',
        mail: [
          'Your last order from {{ shop.name }} was {{ trigger.days }} days ago. If what you use is running low, we have it here for you.',
        ],
        sms: `${en} your last order was {{ trigger.days }} days ago. Running low? We have it here.`,
      },
    },
  },
  {
    id: 'win-back-questionnaire',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：想听听您的意见',
        title: '想听听您的意见',
        preheader: '有什么我们可以做得更好？',
        mail: [
          '有一阵子没见到您了。是不是有什么地方我们做得不够好？请花一分钟告诉我们，每一条意见我们都会看。',
          { button: '告诉我们', url: '{{ questionnaire.url }}' },
        ],
        sms: `${zh}好久不见，有什么我们可以做得更好？请告诉我们：{{ questionnaire.url }} `,
      },
      en: {
        subject: '{{ shop.name }}: what could we do better?',
        title: 'What could we do better?',
        preheader: 'A minute of your time, and we read every word.',
        mail: [
          'We have not seen you for a while. Was there something we could have done better? Please take a minute to tell us: we read every word.',
          { button: 'Tell us', url: '{{ questionnaire.url }}' },
        ],
        sms: `${en} it has been a while. What could we do better? {{ questionnaire.url }}`,
      },
    },
  },
  {
    id: 'win-back-care',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：祝您一切都好',
        title: '祝您一切都好',
        preheader: '想起您，问候一声。',
        mail: ['想起您，问候一声：祝您和家人一切都好。', '需要什么，或者有什么想说的，我们都在。'],
        sms: `${zh}想起您，问候一声，祝您和家人一切都好。`,
      },
      en: {
        subject: '{{ shop.name }}: thinking of you',
        title: 'Thinking of you',
        preheader: 'Just to say hello.',
        mail: [
          'Just to say hello: we hope that you and yours are well.',
          'If you need anything, or there is something you would like to tell us, we are here.',
        ],
        sms: `${en} just to say hello. We hope that you and yours are well.`,
      },
    },
  },
  {
    id: 'birthday',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：祝您生日快乐！',
        title: '生日快乐！',
        preheader: '今天是属于您的日子。',
        mail: ['{{ shop.name }} 全体祝您生日快乐，愿新的一岁平安喜乐！', 'coupon'],
        sms: `${zh}祝您生日快乐，平安喜乐！${couponZh}`,
      },
      en: {
        subject: '{{ shop.name }}: happy birthday!',
        title: 'Happy birthday!',
        preheader: 'This is your day.',
        mail: ['All of us at {{ shop.name }} wish you a very happy birthday.', 'coupon'],
        sms: `${en} happy birthday from all of us!${couponEn}`,
      },
    },
  },
  {
    id: 'anniversary',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：感谢您 {{ trigger.years }} 年的陪伴',
        title: '感谢您 {{ trigger.years }} 年的陪伴',
        preheader: '从您的第一单到今天，已有 {{ trigger.years }} 年。',
        mail: ['从您在 {{ shop.name }} 的第一单到今天，已有 {{ trigger.years }} 年。感谢您一直以来的信任！', 'coupon'],
        sms: `${zh}从第一单到今天已有{{ trigger.years }}年，感谢您的信任！${couponZh}`,
      },
      en: {
        subject:
          '{{ shop.name }}: thank you for {% if trigger.years == 1 %}a year{% else %}{{ trigger.years }} years{% endif %} together',
        title: 'Thank you for {% if trigger.years == 1 %}a year{% else %}{{ trigger.years }} years{% endif %} together',
        preheader: 'It all began with your first order.',
        mail: [
          'Your first order from {{ shop.name }} was {% if trigger.years == 1 %}a year{% else %}{{ trigger.years }} years{% endif %} ago today. Thank you for your trust!',
          'coupon',
        ],
        sms: `${en} {% if trigger.years == 1 %}a year{% else %}{{ trigger.years }} years{% endif %} since your first order. Thank you!${couponEn}`,
      },
    },
  },
  {
    id: 'festival-greeting',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：{{ trigger.zh }}快乐！',
        title: '{{ trigger.zh }}快乐！',
        preheader: '祝您和家人{{ trigger.zh }}快乐。',
        mail: ['{{ shop.name }} 全体祝您和家人{{ trigger.zh }}快乐，平安顺遂！', 'coupon'],
        sms: `${zh}祝您和家人{{ trigger.zh }}快乐，平安顺遂！${couponZh}`,
      },
      en: {
        subject: '{{ shop.name }}: our best wishes for {{ trigger.en }}',
        title: 'Our best wishes for {{ trigger.en }}',
        preheader: 'To you and yours.',
        mail: ['All of us at {{ shop.name }} send you and yours our best wishes for {{ trigger.en }}.', 'coupon'],
        sms: `${en} our best wishes for {{ trigger.en }} to you and yours!${couponEn}`,
      },
    },
  },
  {
    id: 'tier-up',
    class: 'care',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：恭喜您成为{{ trigger.tierZh }}会员',
        title: '恭喜您成为{{ trigger.tierZh }}会员',
        preheader: '感谢您的支持，新的权益已经生效。',
        mail: ['感谢您一直以来的支持：您现在是 {{ shop.name }} 的{{ trigger.tierZh }}会员，新的权益已经生效。'],
        sms: `${zh}恭喜您成为{{ trigger.tierZh }}会员，新的权益已经生效。感谢支持！`,
      },
      en: {
        subject: '{{ shop.name }}: welcome to {{ trigger.tierEn }}',
        title: 'Welcome to {{ trigger.tierEn }}',
        preheader: 'Your new benefits are there already.',
        mail: [
          'Thank you for your loyalty: you are now a {{ trigger.tierEn }} member of {{ shop.name }}, and your new benefits are there already.',
        ],
        sms: `${en} you are now a {{ trigger.tierEn }} member. Thank you for your loyalty!`,
      },
    },
  },
];
