import type { Locale } from '../../../shared/domain/messages/template.ts';
import type { Preferences } from '../../../shared/usecases/messages/keep-preferences.ts';
import { escapeHtml, page } from './page-frame.ts';

export interface PreferencesPage {
  readonly locale: Locale;
  readonly shopName: string;
  readonly preferences: Preferences;
  /** Shown after they were saved. */
  readonly isSaved: boolean;
}

/** Names of the form's fields. */
export const preferenceFields = { channel: 'channel', locale: 'locale', pause: 'pause' } as const;

/** Which messages a customer gets, and in which language; no address is shown, for mails are passed on. */
export function preferencesPage({ locale, shopName, preferences, isSaved }: PreferencesPage): string {
  const text = words[locale];
  return page(locale, text.title(shopName), [
    ...(isSaved ? [`<p class="done" role="status">${escapeHtml(text.saved)}</p>`] : []),
    '<form method="post">',
    `<fieldset><legend>${escapeHtml(text.channels)}</legend>`,
    ...preferences.channels.map((one) => channelChoice(one, text)),
    ...(preferences.channels.length === 0 ? [`<p>${escapeHtml(text.noChannel)}</p>`] : []),
    `<p class="soft">${escapeHtml(text.stillComes)}</p></fieldset>`,
    `<fieldset><legend>${escapeHtml(text.pauseTitle)}</legend>`,
    checkbox(preferenceFields.pause, 'on', text.pause, preferences.isPaused),
    '</fieldset>',
    `<fieldset><label class="label" for="locale">${escapeHtml(text.language)}</label>`,
    `<select id="locale" name="${preferenceFields.locale}">`,
    ...Object.entries(languages).map(([value, name]) => {
      const selected = value === (preferences.locale ?? locale) ? ' selected' : '';
      return `<option value="${value}" lang="${value}"${selected}>${name}</option>`;
    }),
    '</select></fieldset>',
    `<button type="submit">${escapeHtml(text.save)}</button>`,
    '</form>',
  ]);
}

function channelChoice({ channel, isOn, isBarred }: Preferences['channels'][number], text: Words): string {
  const name = text.names[channel];
  if (isBarred) return `<p class="soft">${escapeHtml(text.barred(name))}</p>`;
  return checkbox(preferenceFields.channel, channel, name, isOn);
}

function checkbox(name: string, value: string, label: string, isChecked: boolean): string {
  const checked = isChecked ? ' checked' : '';
  return `<label class="choice"><input type="checkbox" name="${name}" value="${value}"${checked}>${escapeHtml(label)}</label>`;
}

const languages: Readonly<Record<Locale, string>> = { 'zh-CN': '简体中文', en: 'English' };

interface Words {
  title(shop: string): string;
  readonly saved: string;
  readonly channels: string;
  readonly names: Readonly<Record<Preferences['channels'][number]['channel'], string>>;
  barred(name: string): string;
  readonly noChannel: string;
  readonly stillComes: string;
  readonly pauseTitle: string;
  readonly pause: string;
  readonly language: string;
  readonly save: string;
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    title: (shop) => `${shop} 的消息设置`,
    saved: '已保存。',
    channels: '优惠、上新和问候，通过：',
    names: { email: '邮件', sms: '短信' },
    barred: (name) => `${name}：目前无法送达，因此不会发送。`,
    noChannel: '我们没有您的邮箱或手机号。',
    stillComes: '订单、物流、退款等通知不受影响，仍会照常发送。',
    pauseTitle: '暂停',
    pause: '30 天内不要发送',
    language: '语言',
    save: '保存',
  },
  en: {
    title: (shop) => `Your messages from ${shop}`,
    saved: 'Saved.',
    channels: 'Offers, news and greetings by',
    names: { email: 'Email', sms: 'Text message' },
    barred: (name) => `${name}: cannot be delivered at present, so nothing is sent.`,
    noChannel: 'We have neither an email address nor a phone of yours.',
    stillComes: 'Notices about orders, shipping and refunds are not affected: they still come.',
    pauseTitle: 'A break',
    pause: 'Nothing for the next 30 days',
    language: 'Language',
    save: 'Save',
  },
};
