import type { CustomerFile } from '../domain/customers/customer-file.ts';
import { type BuiltInTemplateId, builtInTemplate } from '../domain/messages/built-in-templates.ts';
import { greetingName } from '../domain/messages/greeting-name.ts';
import { isTransactional } from '../domain/messages/message-class.ts';
import { smsText } from '../domain/messages/sms-parts.ts';
import type { Locale, MessageTemplate, RenderedMessage } from '../domain/messages/template.ts';
import { formatMoney } from '../domain/money.ts';
import type { Order } from '../domain/orders/order.ts';
import type { Settings } from '../domain/settings/settings.ts';
import type { Touch } from '../domain/touches/touch.ts';
import type { OutgoingMessage, Renderer, TouchKey } from './messaging-ports.ts';
import type { Shop } from './ports.ts';
import type { SendingScene } from './read-sending-scene.ts';

export interface ComposeDeps {
  readonly renderer: Renderer;
  /** A signed link under which this touch's channel is denied with one click. */
  readonly unsubscribeUrl: (touch: TouchKey) => string;
}

/**
 * The message of a touch, from the record as it is now.
 * @throws when its template names a variable that is missing
 */
export function composeMessage(
  touch: Touch,
  to: string,
  scene: Pick<SendingScene, 'file' | 'order' | 'shopOf'>,
  settings: Settings,
  { renderer, unsubscribeUrl }: ComposeDeps,
): OutgoingMessage {
  const shop = scene.shopOf(touch);
  const order = scene.order(touch.order)?.order;
  const template = templateOf(touch, scene.file, shop);
  const url = isTransactional(touch.class) ? undefined : unsubscribeUrl(touch);
  const variables = variablesOf(scene.file, shop, order, template.locale, url);
  return {
    touch: { customer: touch.customer, id: touch.id },
    channel: touch.channel,
    class: touch.class,
    to,
    speaker: shop?.name ?? '',
    settings: settings.channels,
    content: framed(renderer.render(template, variables), touch, template.locale, shop, settings),
    ...(url !== undefined && { unsubscribeUrl: url }),
    facts: { ...factsOf(scene.file, touch), ...variables },
  };
}

/** In the customer's language; where it is not known, in the one of the shop's currency. */
function templateOf(touch: Touch, file: CustomerFile, shop: Shop | undefined): MessageTemplate {
  const stated = file.statements.locale?.value;
  const locale = stated === undefined ? localeOfShop(shop) : String(stated);
  return builtInTemplate(touch.template as BuiltInTemplateId, touch.channel, locale);
}

function localeOfShop(shop: Shop | undefined): Locale {
  return shop === undefined || shop.currency === 'CNY' ? 'zh-CN' : 'en';
}

function variablesOf(
  file: CustomerFile,
  shop: Shop | undefined,
  order: Order | undefined,
  locale: Locale,
  unsubscribeUrl: string | undefined,
): Record<string, unknown> {
  return {
    locale,
    customer: { name: greetingName(file.statements.name?.value) },
    // A shop that was removed does not speak any more: a missing name is an error.
    shop: { ...(shop && { name: shop.name }) },
    ...(order && { order: orderVariables(order, locale) }),
    ...(unsubscribeUrl !== undefined && { unsubscribe: { url: unsubscribeUrl } }),
  };
}

function orderVariables(order: Order, locale: Locale): Record<string, unknown> {
  const { total = 0, currency = 'CNY', items = [] } = order.description?.value ?? {};
  return {
    id: order.id,
    total: formatMoney({ amount: total, currency }, locale),
    items: items.map(({ title, quantity, price }) => ({
      title,
      quantity,
      price: formatMoney({ amount: price, currency }, locale),
    })),
  };
}

/** What whoever acts on a webhook needs: a call centre dials, a chat looks the customer up. */
function factsOf(file: CustomerFile, touch: Touch): Record<string, unknown> {
  const { email, phone } = file.statements;
  return {
    customerId: file.id,
    class: touch.class,
    template: touch.template,
    ...(email && { email: email.value }),
    ...(phone && { phone: phone.value }),
  };
}

const optOutWords: Readonly<Record<Locale, string>> = { 'zh-CN': '拒收请回复R', en: 'Reply STOP to opt out' };

/** A text message carries who speaks, and, unless it is transactional, how to be left alone. */
function framed(
  content: RenderedMessage,
  touch: Touch,
  locale: Locale,
  shop: Shop | undefined,
  { channels: { sms } }: Settings,
): RenderedMessage {
  if (touch.channel !== 'sms') return content;
  // The brackets make a Latin text twice as dear: only where they are the custom, or wished for.
  const signature = sms.signature ?? (locale === 'zh-CN' ? shop?.name : undefined);
  const frame = {
    ...(signature !== undefined && signature !== '' && { signature }),
    ...(!isTransactional(touch.class) && { optOut: sms.optOut ?? optOutWords[locale] }),
  };
  return { text: smsText(content.text, frame) };
}
