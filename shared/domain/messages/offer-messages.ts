import { type BuiltIn, smsGreeting } from './built-in-wording.ts';

const { 'zh-CN': zh, en } = smsGreeting;

const couponZh = `{% if coupon.code %}送您{{ coupon.value }}券{{ coupon.code }}{% if coupon.minimum %}，满{{ coupon.minimum }}可用{% endif %}{% if coupon.expires %}，{{ coupon.expires }}前有效{% endif %}。{% endif %}`;
const couponEn = `{% if coupon.code %} For you, {{ coupon.value }}{% if coupon.minimum %} from {{ coupon.minimum }}{% endif %}: {{ coupon.code }}{% if coupon.expires %} until {{ coupon.expires }}{% endif %}.{% endif %}`;

/** What is missing to the next tier: purchases where the tiers count those, else money. */
const missingZh = `{% if trigger.basis == 'purchases' %}购买 {{ trigger.missing }} 次{% else %}消费 {{ trigger.missing | money: trigger.currency }}{% endif %}`;
const missingEn = `{% if trigger.basis == 'purchases' %}{{ trigger.missing }} more order{% if trigger.missing != 1 %}s{% endif %}{% else %}{{ trigger.missing | money: trigger.currency }} more{% endif %}`;

/** What is new, and what is offered. */
export const offerMessages: readonly BuiltIn[] = [
  {
    id: 'abandoned-checkout',
    class: 'promotional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：您挑选的商品还在等您',
        title: '您挑选的商品还在等您',
        preheader: '只差一步就可以下单。',
        mail: [
          '您在 {{ shop.name }} 挑选的商品还没有下单，我们为您保留着。下单时遇到问题？请联系我们的客服。',
          'products',
        ],
        sms: `${zh}您挑选的商品还没有下单，需要帮忙请联系客服。`,
      },
      en: {
        subject: '{{ shop.name }}: did you forget something?',
        title: 'Did you forget something?',
        preheader: 'It is only one step away.',
        mail: [
          'What you picked at {{ shop.name }} is still here, only one step away. Did something go wrong? Our customer service will gladly help.',
          'products',
        ],
        sms: `${en} what you picked is still here. Need a hand with your order? Just ask us.`,
      },
    },
  },
  {
    id: 'second-purchase-products',
    class: 'news',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：也许您会喜欢',
        title: '也许您会喜欢',
        preheader: '和您买过的很配。',
        mail: ['根据您在 {{ shop.name }} 买过的东西，我们挑了几样也许您会喜欢的。', 'products'],
        sms: `${zh}{% if products.size > 0 %}也许您会喜欢：{{ products[0].title }}。{% endif %}欢迎回来看看，有几样新的等着您。`,
      },
      en: {
        subject: '{{ shop.name }}: you may like these',
        title: 'You may like these',
        preheader: 'They go well with what you have.',
        mail: ['Going by what you bought at {{ shop.name }}, here is what you may like next.', 'products'],
        sms: `${en} {% if products.size > 0 %}you may like this: {{ products[0].title }}.{% else %}come and see what is new.{% endif %}`,
      },
    },
  },
  {
    id: 'second-purchase-coupon',
    class: 'promotional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：期待再次见到您',
        title: '期待再次见到您',
        preheader: '一份小小的心意。',
        mail: ['感谢您选择 {{ shop.name }}，期待再次见到您。', 'coupon'],
        sms: `${zh}感谢您的选择，期待再次见到您！${couponZh}`,
      },
      en: {
        subject: '{{ shop.name }}: we would love to see you again',
        title: 'We would love to see you again',
        preheader: 'A small thank-you.',
        mail: ['Thank you for choosing {{ shop.name }}. We would love to see you again.', 'coupon'],
        sms: `${en} we would love to see you again!${couponEn}`,
      },
    },
  },
  {
    id: 'win-back-coupon',
    class: 'promotional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：好久不见，送您一份心意',
        title: '好久不见，送您一份心意',
        preheader: '已有 {{ trigger.days }} 天没有见到您了。',
        mail: ['已有 {{ trigger.days }} 天没在 {{ shop.name }} 见到您了，有不少新东西想给您看看。', 'coupon'],
        sms: `${zh}{{ trigger.days }}天没见到您了，欢迎回来看看！${couponZh}`,
      },
      en: {
        subject: '{{ shop.name }}: something for you',
        title: 'It has been a while: something for you',
        preheader: 'We have missed you.',
        mail: [
          'It has been {{ trigger.days }} days since your last order from {{ shop.name }}, and there is much new to see.',
          'coupon',
        ],
        sms: `${en} it has been {{ trigger.days }} days. Come and see what is new!${couponEn}`,
      },
    },
  },
  {
    id: 'win-back-larger-coupon',
    class: 'promotional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：我们很想念您',
        title: '我们很想念您',
        preheader: '这份心意只给老朋友。',
        mail: ['已有 {{ trigger.days }} 天没有您的消息，我们很想念您。这份心意只给老朋友，欢迎回来。', 'coupon'],
        sms: `${zh}{{ trigger.days }}天没见，我们很想念您！${couponZh}`,
      },
      en: {
        subject: '{{ shop.name }}: we have missed you',
        title: 'We have missed you',
        preheader: 'For old friends only.',
        mail: [
          'We have not heard from you for {{ trigger.days }} days, and have missed you. This is for old friends only: welcome back.',
          'coupon',
        ],
        sms: `${en} {{ trigger.days }} days: we have missed you!${couponEn}`,
      },
    },
  },
  {
    id: 'win-back-sale',
    class: 'promotional',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：一年了，回来看看吧',
        title: '一年了，回来看看吧',
        preheader: '有特别的优惠等着您。',
        mail: [
          '上次见到您已是 {{ trigger.days }} 天前。{{ shop.name }} 变了不少，眼下有特别的优惠，欢迎回来看看。',
          'products',
        ],
        sms: `${zh}{{ trigger.days }}天没见了，眼下有特别的优惠，欢迎回来看看！`,
      },
      en: {
        subject: '{{ shop.name }}: a year on, a special offer',
        title: 'A year on, a special offer',
        preheader: 'Much has changed. Come and see.',
        mail: [
          'You were last here {{ trigger.days }} days ago. Much has changed at {{ shop.name }}, and there are special offers just now. Come and see.',
          'products',
        ],
        sms: `${en} it has been {{ trigger.days }} days. There are special offers just now: come and see!`,
      },
    },
  },
  {
    id: 'tier-near',
    class: 'news',
    wording: {
      'zh-CN': {
        subject: '{{ shop.name }}：离{{ trigger.tierZh }}会员只差一点',
        title: '离{{ trigger.tierZh }}会员只差一点',
        preheader: `再${missingZh}，即可升级。`,
        mail: [`在 {{ shop.name }} 再${missingZh}，您就是{{ trigger.tierZh }}会员，可以享受新的权益。`],
        sms: `${zh}再${missingZh}，您就是{{ trigger.tierZh }}会员。`,
      },
      en: {
        subject: '{{ shop.name }}: {{ trigger.tierEn }} is near',
        title: '{{ trigger.tierEn }} is near',
        preheader: `Only ${missingEn}.`,
        mail: [
          `Only ${missingEn} at {{ shop.name }}, and you are a {{ trigger.tierEn }} member with all its benefits.`,
        ],
        sms: `${en} only ${missingEn} and you are a {{ trigger.tierEn }} member.`,
      },
    },
  },
];
