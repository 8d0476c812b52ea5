import type { Instant } from '../../domain/calendar.ts';
import { addressOf } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, emptyFile } from '../../domain/customers/customer-file.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { lastPurchase } from '../../domain/journeys/last-purchase.ts';
import { isTransactional } from '../../domain/messages/message-class.ts';
import { costOfMessage, countryOfPhone } from '../../domain/messages/message-price.ts';
import { type SmsParts, smsPartsOf } from '../../domain/messages/sms-parts.ts';
import type { Locale, MessageTemplate } from '../../domain/messages/template.ts';
import { TemplateError } from '../../domain/messages/template-error.ts';
import { exampleVariables, richestSituation } from '../../domain/messages/template-variables.ts';
import { orderRef, partsOfRef } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { planned, type Touch, type TouchPlan, touchIdOf } from '../../domain/touches/touch.ts';
import type { SettingsReader, Shop, ShopReader, ShopStore, StoredOrder } from '../ports.ts';
import { missingName } from './check-template.ts';
import { type ComposeDeps, type Composed, composeMessage } from './compose-message.ts';
import type { TouchStore } from './messaging-ports.ts';

export interface PreviewDeps extends ComposeDeps {
  readonly touches: Pick<TouchStore, 'readLive'>;
  readonly settings: SettingsReader;
  readonly shops: Pick<ShopStore, 'listShops'> & ShopReader;
  readonly identityHash: (text: string) => string;
}

/** What a preview is made from, besides the template. */
export interface PreviewSubject {
  /** Left out: somebody made up. */
  readonly file?: CustomerFile;
  /** Left out: the shop of the last purchase, else the first there is. */
  readonly shop?: string;
  /** Where it would go; left out: the customer's own address. */
  readonly to?: string;
  /** What its cause would bring, as `trigger.*`. */
  readonly vars?: Readonly<Record<string, string | number>>;
}

export interface Preview {
  readonly composed: Composed;
  readonly sms?: SmsParts & { readonly country?: string };
  /** Millionths of the base currency. */
  readonly cost: number;
}

/**
 * A template as this customer would get it now: links, signature and opt-out text counted in. Its links lead nowhere, and a
 * coupon is made up. @throws InvalidInputError naming the variable that is missing
 */
export async function previewMessage(
  template: MessageTemplate,
  asked: PreviewSubject,
  deps: PreviewDeps,
): Promise<Preview> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const file = asked.file ?? somebody(template.locale, now);
  const last = lastPurchase(file, now)?.ref;
  const shop = await shopFor(asked.shop ?? (last && partsOfRef(last).shop), deps);
  const order = last === undefined ? undefined : await readOrder(last, deps);
  const to = asked.to ?? addressOf(file, template.channel) ?? '';
  const touch = previewTouch(template, { file, shop, order, vars: asked.vars }, now, deps);
  const scene = { file, order: () => order, shopOf: () => shop };
  const examples = examplesFor(template, asked.file === undefined, deps);
  try {
    const composed = await composeMessage({ touch, to, template, examples }, scene, settings, deps);
    return { composed, ...sizeOf(composed, settings) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { part: field, variable, message } = error;
    const name = variable === undefined ? undefined : missingName(variable, deps.renderer.variablesOf(template));
    throw new InvalidInputError([{ field, message: name === undefined ? message : `${name} is missing` }]);
  }
}

function sizeOf({ message }: Composed, { prices }: Settings): Omit<Preview, 'composed'> {
  const { channel, to, content } = message;
  const { cost } = costOfMessage({ channel, to, text: content.text }, prices);
  if (channel !== 'sms') return { cost };
  const country = countryOfPhone(to);
  return { cost, sms: { ...smsPartsOf(content.text), ...(country !== undefined && { country }) } };
}

function somebody(locale: Locale, now: Instant): CustomerFile {
  const name = { value: locale === 'en' ? 'Anna' : '小满', at: now, ref: 'preview#' };
  return { ...emptyFile('preview'), statements: { name } };
}

async function shopFor(id: string | undefined, { shops }: Pick<PreviewDeps, 'shops'>): Promise<Shop | undefined> {
  if (id !== undefined) return shops.shop(id);
  const [first] = (await shops.listShops(undefined, 1)).items;
  return first && shops.shop(first.id);
}

async function readOrder(ref: string, { touches }: Pick<PreviewDeps, 'touches'>): Promise<StoredOrder | undefined> {
  return (await touches.readLive({ orders: [ref] })).orders.get(ref)?.value;
}

/** What is shown, as far as it is known. */
interface Shown {
  readonly file: CustomerFile;
  readonly shop: Shop | undefined;
  readonly order: StoredOrder | undefined;
  readonly vars: PreviewSubject['vars'] | undefined;
}

/** A touch that is written nowhere: its links are as long as those of a real one. */
function previewTouch(
  { id: template, channel, class: messageClass }: MessageTemplate,
  { file, shop, order, vars }: Shown,
  now: Instant,
  { identityHash }: Pick<PreviewDeps, 'identityHash'>,
): Touch {
  const plan: TouchPlan = {
    customer: file.id,
    origin: { type: 'message', id: 'preview', version: 1, step: 'send' },
    occurrence: `preview ${now}`,
    channel,
    class: messageClass,
    purpose: isTransactional(messageClass) && order ? 'order' : 'other',
    priority: 50,
    template,
    coupon: 'preview',
    ...(vars && { vars }),
    ...(order && { order: orderRef(order.order.shop, order.order.id) }),
    ...(shop && { shop: shop.id }),
    occurredAt: now,
    expiresAt: now,
  };
  return planned(plan, touchIdOf(plan, identityHash), now, now);
}

/** What no customer has by themselves: a coupon, and what a cause would bring; of nobody in particular, an order too. */
function examplesFor(template: MessageTemplate, isNobody: boolean, { renderer }: Pick<PreviewDeps, 'renderer'>) {
  const asked = renderer.variablesOf(template);
  const all = exampleVariables(richestSituation(template.class), template.locale, asked, true);
  const names = isNobody ? ['coupon', 'trigger', 'order', 'tier', 'points', 'products'] : ['coupon', 'trigger'];
  return Object.fromEntries(names.flatMap((name) => (name in all ? [[name, all[name]]] : [])));
}
