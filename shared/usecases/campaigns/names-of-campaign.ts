import type { CampaignDefinition } from '../../domain/campaigns/campaign.ts';
import { everyPart, type KnownNames } from '../../domain/campaigns/check-campaign.ts';
import { canonicalJson } from '../../domain/canonical.ts';
import type { CouponDefinition } from '../../domain/coupons/coupon.ts';
import { locales, type MessageTemplate } from '../../domain/messages/template.ts';
import type { CouponReader } from '../coupons/coupon-ports.ts';
import type { TemplateReader } from '../marketing-ports.ts';
import type { Segment, SegmentStore, ShopReader, Versioned } from '../ports.ts';

export interface NameDeps {
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly templates: TemplateReader;
  readonly couponStore: Pick<CouponReader, 'coupon'>;
  readonly shops: ShopReader;
  readonly identityHash: (text: string) => string;
}

/** What a campaign names, read. */
export interface CampaignNames extends KnownNames {
  readonly segment?: Versioned<Segment>;
  readonly coupon?: CouponDefinition;
  /** Hash of everything that decides what goes out to whom: it changes when any of it does. */
  readonly basis: string;
}

export async function readNames(definition: CampaignDefinition, deps: NameDeps): Promise<CampaignNames> {
  const { segmentId, couponId, shopId } = definition;
  const [segment, coupon, shop, templates] = await Promise.all([
    deps.segments.readSegment(segmentId),
    couponId === undefined ? undefined : deps.couponStore.coupon(couponId),
    shopId === undefined ? undefined : deps.shops.shop(shopId),
    readTemplates(definition, deps.templates),
  ]);
  const given = coupon?.endedAt === undefined ? coupon?.definition : undefined;
  const all = { definition, segment: segment?.version, coupon: given, templates: [...templates] };
  return {
    ...(segment && { segment }),
    ...(given && { coupon: given }),
    hasSegment: segment !== undefined,
    hasCoupon: couponId === undefined || given !== undefined,
    hasShop: shopId === undefined || shop !== undefined,
    classOf: (channel, templateId) => templates.get(`${channel} ${templateId}`)?.[0]?.class,
    basis: deps.identityHash(`campaign:${canonicalJson(all)}`),
  };
}

/** Each in all of its languages: whoever is written to decides which. */
async function readTemplates(
  definition: CampaignDefinition,
  reader: TemplateReader,
): Promise<Map<string, readonly MessageTemplate[]>> {
  const found = new Map<string, readonly MessageTemplate[]>();
  for (const { part } of everyPart(definition)) {
    const name = `${part.channel} ${part.templateId}`;
    if (found.has(name)) continue;
    const some = await Promise.all(locales.map((locale) => reader.template(part.templateId, part.channel, locale)));
    found.set(
      name,
      some.filter((template) => template !== undefined),
    );
  }
  return found;
}
