import { addressOf } from '../../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { costOfMessage } from '../../domain/messages/message-price.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { CouponReader } from '../coupons/coupon-ports.ts';
import type { Issued } from '../marketing-ports.ts';
import { type ComposeDeps, composeMessage, handsOverCode, templateOf } from '../messages/compose-message.ts';
import type { Shop } from '../ports.ts';

/** What a message would be as it leaves: parts of a text message, and its cost in millionths of the base currency. */
export interface MessageSize {
  readonly parts?: number;
  readonly cost: number;
}

export interface MessageSizes {
  /** @throws where its template cannot be filled for this customer */
  sizeOf(
    touch: Touch,
    to: { readonly file: CustomerFile; readonly shop?: Shop },
    settings: Settings,
  ): Promise<MessageSize>;
}

/** As long as those that are made. */
const codeToCome = '8'.repeat(12);

/** Sizes of messages as they are composed when they leave; only the code of a coupon is none yet. */
export function composedSizes(
  deps: ComposeDeps & { readonly couponStore: Pick<CouponReader, 'coupon'> },
): MessageSizes {
  return {
    async sizeOf(touch, { file, shop }, settings) {
      const scene = { file, order: () => undefined, shopOf: () => shop };
      const to = addressOf(file, touch.channel) ?? '';
      const template = await templateOf(touch, scene, deps);
      const coupon = handsOverCode(template, deps.renderer) ? await couponToCome(touch, deps.couponStore) : undefined;
      const composition = { touch, to, template, ...(coupon && { coupon }) };
      const { message } = await composeMessage(composition, scene, settings, deps);
      return costOfMessage({ channel: touch.channel, to, text: message.content.text }, settings.prices);
    },
  };
}

async function couponToCome(
  { coupon, customer, plannedAt }: Touch,
  store: Pick<CouponReader, 'coupon'>,
): Promise<Issued | undefined> {
  const known = coupon === undefined ? undefined : await store.coupon(coupon);
  if (!known) return undefined;
  const { definition } = known;
  return {
    type: 'issued',
    definition,
    coupon: { coupon: definition.id, code: codeToCome, customer, cause: 'review', at: plannedAt },
  };
}
