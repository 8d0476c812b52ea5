import type { Instant } from '../../domain/calendar.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { isTransactional } from '../../domain/messages/message-class.ts';
import { isTracked, withLinks, withPixel } from '../../domain/messages/message-links.ts';
import { smsText } from '../../domain/messages/sms-parts.ts';
import type { Locale, MessageTemplate, RenderedMessage } from '../../domain/messages/template.ts';
import { asksFor } from '../../domain/messages/template-variables.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { Issued, TemplateReader } from '../marketing-ports.ts';
import type { Clock, Shop } from '../ports.ts';
import type { RecommendedProduct } from '../recommendations/recommend-products.ts';
import { variablesOf } from './message-variables.ts';
import type { OutgoingMessage, Renderer, TouchKey } from './messaging-ports.ts';
import type { SendingScene } from './read-sending-scene.ts';

/** Signed links, each for one message. */
export interface MessageLinks {
  /** One of these pages: it knows by itself who followed it. */
  isOurs(url: string): boolean;
  /** What the links of a text message carry to find it by; undefined where they say by themselves what they stand for. */
  nameOf(touch: TouchKey): string | undefined;
  /** Denies this message's channel with one click. */
  unsubscribe(touch: TouchKey): string;
  preferences(touch: TouchKey): string;
  questionnaire(touch: TouchKey, now: Instant): string;
  claim(touch: TouchKey, coupon: string, now: Instant): string;
  /** Leads to the link at this place of the touch's list. */
  click(touch: TouchKey, place: number, now: Instant): string;
  open(touch: TouchKey, now: Instant): string;
}

export interface ComposeDeps {
  readonly renderer: Renderer;
  readonly templates: TemplateReader;
  readonly links: MessageLinks;
  /** Asked where a template names products; without it there are none. */
  readonly recommend?: (file: CustomerFile, shop: string | undefined) => Promise<readonly RecommendedProduct[]>;
  readonly clock: Clock;
}

/** Whether a message hands over its coupon's code; one with a link to claim it by does not. */
export function handsOverCode(template: MessageTemplate, renderer: Renderer): boolean {
  const asked = renderer.variablesOf(template);
  return !asked.has('claim.url') || asksFor(asked, 'coupon');
}

/** What a message is composed of besides the record. */
export interface Composition {
  readonly touch: Touch;
  readonly to: string;
  readonly template: MessageTemplate;
  readonly coupon?: Issued;
  /** In a preview, what stands for what is not there yet. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface Composed {
  readonly message: OutgoingMessage;
  /** Where its links lead, by their places; empty where clicks are not counted. */
  readonly links: readonly string[];
  /** What it has to be found by. */
  readonly linkName?: string;
}

type Scene = Pick<SendingScene, 'file' | 'order' | 'shopOf'>;

/** The template of a touch in the customer's language; where it is not known, in the one of the shop's currency. */
export async function templateOf(
  touch: Touch,
  scene: Scene,
  { templates }: Pick<ComposeDeps, 'templates'>,
): Promise<MessageTemplate> {
  const template = await templates.template(touch.template, touch.channel, localeOf(scene.file, scene.shopOf(touch)));
  if (!template) throw new Error(`there is no template ${touch.template} for ${touch.channel}`);
  return template;
}

export function localeOf(file: CustomerFile, shop: Shop | undefined): string {
  const stated = file.statements.locale?.value;
  if (stated !== undefined) return String(stated);
  return shop === undefined || shop.currency === 'CNY' ? 'zh-CN' : 'en';
}

/**
 * The message of a touch, from the record as it is now.
 * @throws TemplateError when its template names a variable that is missing
 */
export async function composeMessage(
  { touch, to, template, coupon, examples }: Composition,
  scene: Scene,
  settings: Settings,
  deps: ComposeDeps,
): Promise<Composed> {
  const shop = scene.shopOf(touch);
  const now = deps.clock.now();
  const order = scene.order(touch.order)?.order;
  const asked = deps.renderer.variablesOf(template);
  const products = asksFor(asked, 'products') ? ((await deps.recommend?.(scene.file, touch.shop)) ?? []) : undefined;
  const links = linksFor(touch, asked, now, deps.links);
  const subject = {
    file: scene.file,
    links,
    ...(shop && { shop }),
    ...(order && { order }),
    ...(coupon && { coupon }),
    ...(products && { products }),
    ...(touch.vars && { trigger: touch.vars }),
  };
  const variables = { ...examples, ...variablesOf(subject, template.locale, asked, settings, now) };
  const rendered = deps.renderer.render(template, variables);
  const tracked = withTracking(rendered, touch, now, deps.links);
  const linkName = deps.links.nameOf(touch);
  return {
    links: tracked.links,
    ...(linkName !== undefined && tracked.content.text.includes(linkName) && { linkName }),
    message: {
      touch: { customer: touch.customer, id: touch.id },
      channel: touch.channel,
      class: touch.class,
      to,
      speaker: shop?.name ?? '',
      settings: settings.channels,
      content: framed(tracked.content, touch, template.locale, shop, settings),
      ...(links.unsubscribe !== undefined && { unsubscribeUrl: links.unsubscribe }),
      facts: { ...factsOf(scene.file, touch), ...variables },
    },
  };
}

/** Those its template names, and the one to unsubscribe by, which also stands in a mail's headers. */
function linksFor(
  touch: Touch,
  asked: ReadonlySet<string>,
  now: Instant,
  links: MessageLinks,
): { readonly [name: string]: string; readonly unsubscribe?: string } {
  return {
    ...(!isTransactional(touch.class) && { unsubscribe: links.unsubscribe(touch) }),
    ...(asked.has('preferences.url') && { preferences: links.preferences(touch) }),
    ...(asked.has('questionnaire.url') && { questionnaire: links.questionnaire(touch, now) }),
    ...(asked.has('claim.url') && touch.coupon !== undefined && { claim: links.claim(touch, touch.coupon, now) }),
  };
}

/** Links lead through a page that counts the click; a mail loads a picture when it is opened. */
function withTracking(
  content: RenderedMessage,
  touch: Touch,
  now: Instant,
  links: MessageLinks,
): { readonly content: RenderedMessage; readonly links: readonly string[] } {
  if (touch.channel === 'webhook' || !isTracked(touch.class, touch.purpose)) return { content, links: [] };
  const places = new Map<string, number>();
  const linked = withLinks(content, (url) => {
    if (links.isOurs(url)) return url;
    const place = places.get(url) ?? places.size;
    places.set(url, place);
    return links.click(touch, place, now);
  });
  return { content: withPixel(linked, links.open(touch, now)), links: [...places.keys()] };
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
  { channel, class: messageClass }: Pick<MessageTemplate, 'channel' | 'class'>,
  locale: Locale,
  shop: Shop | undefined,
  { channels: { sms } }: Settings,
): RenderedMessage {
  if (channel !== 'sms') return content;
  // The brackets make a Latin text twice as dear: only where they are the custom, or wished for.
  const signature = sms.signature ?? (locale === 'zh-CN' ? shop?.name : undefined);
  const frame = {
    ...(signature !== undefined && signature !== '' && { signature }),
    ...(!isTransactional(messageClass) && { optOut: sms.optOut ?? optOutWords[locale] }),
  };
  return { text: smsText(content.text, frame) };
}
