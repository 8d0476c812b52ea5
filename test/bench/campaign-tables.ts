import { campaignsOn } from '../../shared/adapters/campaigns.ts';
import { couponStores } from '../../shared/adapters/coupons.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoTemplateStore } from '../../shared/adapters/dynamodb/workspace/templates.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { TouchCall, Work } from '../../shared/contracts/work.ts';
import { type CampaignInput, campaignSchema } from '../../shared/domain/campaigns/campaign.ts';
import { drafted, launched } from '../../shared/domain/campaigns/course.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import { segmentRuleSchema } from '../../shared/domain/segments/rule-schema.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';
import type { StoredTemplate } from '../../shared/usecases/marketing-ports.ts';
import type { LocalTables } from '../support/dynamodb-local.ts';
import { environmentOf } from '../support/intake-on-tables.ts';
import { keys } from './waiting-touches.ts';

const actor = { keyId: 'k', name: 'bench', role: 'admin', requestId: 'r' } as const;
/** Never quiet: what is measured must not depend on the hour it is run at. */
const settings: Settings = { ...defaultSettings, version: 1, quietHours: { from: '00:00:00', to: '00:00:00' } };

/** What a campaign is reviewed and planned with, as marketing-api and work-run wire it; work and calls are kept. */
export function campaignDepsOn({ client, tableNames }: LocalTables) {
  const env = {
    ...environmentOf(tableNames),
    CONTACTS_TABLE: tableNames.contacts,
    TOUCHES_TABLE: tableNames.touches,
    LEDGER_TABLE: tableNames.ledger,
  };
  const workspace = { client, name: tableNames.workspace };
  const intake = intakeDeps(client, env, keys);
  const coupons = couponStores(client, env);
  const templates = dynamoTemplateStore(workspace, systemClock);
  const work: Work[] = [];
  const calls: TouchCall[] = [];
  return {
    ...intake,
    ...coupons,
    templates,
    ...campaignsOn(client, env, {
      ...intake,
      ...coupons,
      templates,
      renderer: liquidRenderer(),
      links: messageLinks(keys, 'https://api.north.example'),
    }),
    touches: touchStore(client, env),
    segments: dynamoSegmentStore(workspace),
    limits: dynamoNightlyLimits(workspace, systemClock),
    products: dynamoProductStore(workspace),
    rates: dynamoSendingRates(workspace, systemClock),
    newId: () => 'review',
    kept: { work, calls },
    work: { send: async (one: Work) => void work.push(one) },
    queues: { call: async (some: readonly TouchCall[]) => void calls.push(...some) },
  };
}

export type CampaignDeps = ReturnType<typeof campaignDepsOn>;

/** A shop, everybody as a segment, a template, and a campaign to all of them that was launched this moment. */
export async function makeCampaign(
  deps: CampaignDeps,
  channel: Channel,
  shop: string,
  changes: Partial<CampaignInput> = {},
): Promise<string> {
  const now = deps.clock.now();
  const change = { actor, at: now, action: 'bench', target: 'bench', changed: [] };
  const { baseCurrency: currency, timezone } = settings;
  const secret = newWebhookSecret();
  await deps.shops.createShop(
    { id: shop, platform: 'generic', name: 'North', currency, timezone, secret, createdAt: now, updatedAt: now },
    change,
    { value: { current: settings, baseCurrencyChosen: true }, version: 0 },
  );
  const rule = segmentRuleSchema.parse({ field: 'orders.count', op: 'gte', value: 1 });
  const segment = { id: 'all', name: 'All', rule, createdAt: now, updatedAt: now };
  await deps.segments.saveSegment({ value: segment, version: 0 }, change);
  const text =
    '{{ customer.name | default: "您好" }}，春茶到店，全场满 200 减 30，欢迎回来看看：https://north.example/spring';
  const template: StoredTemplate = {
    id: 'spring',
    channel,
    class: 'major_promotion',
    locale: 'zh-CN',
    text,
    createdAt: now,
    updatedAt: now,
    ...(channel === 'email' && { subject: '春茶到店' }),
  };
  await deps.templates.saveTemplate({ value: template, version: 0 }, change);
  const input: CampaignInput = {
    ...{ id: 'spring', name: 'Spring', class: 'major_promotion', segmentId: 'all', holdout: 0.1 },
    ...{ channels: [{ channel, templateId: 'spring' }], schedule: { at: 'now' } },
    ...changes,
  };
  const draft = drafted(campaignSchema.parse(input), now);
  await deps.campaigns.saveCampaign({ value: launched(draft, timezone, now), version: 0 }, change);
  return draft.id;
}
