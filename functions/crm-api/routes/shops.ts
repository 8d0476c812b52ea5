import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { ShopJson, shopRoutes } from '../../../shared/contracts/http/shops.ts';
import { formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import {
  changeShop,
  connectShop,
  disconnectShop,
  type ShopDeps,
} from '../../../shared/usecases/orders/connect-shop.ts';
import type { ShopRecord } from '../../../shared/usecases/ports.ts';

export function shopHandlers(deps: ShopDeps & { readonly cursors: Cursors }): RouteHandlers<keyof typeof shopRoutes> {
  const view = (shop: ShopRecord) => shopView(shop, deps.clock.now());
  return {
    listShops: ({ query }) =>
      answerPage(['shops'], query, deps.cursors, (after, limit) => deps.shops.listShops(after, limit), view),
    async createShop({ body, actor }) {
      const { shop, secret } = await connectShop(body, actor, deps);
      return json({ ...view(shop), ...(secret !== undefined && { secret }) }, 201);
    },
    async getShop({ params }) {
      const shop = await deps.shops.readShop(params.id);
      if (!shop) throw notFound(`There is no shop ${params.id}.`);
      return json(view(shop.value));
    },
    changeShop: async ({ params, body, actor }) => json(view(await changeShop(params.id, body, actor, deps))),
    async removeShop({ params, actor }) {
      await disconnectShop(params.id, actor, deps);
      return noContent;
    },
  };
}

function shopView(shop: ShopRecord, now: Instant): ShopJson {
  const { id, platform, name, currency, timezone, createdAt, updatedAt, previous } = shop;
  const until = previous && previous.until > now ? formatInstant(previous.until) : null;
  return {
    id,
    platform,
    name,
    currency,
    timezone,
    webhookPath: `/webhooks/${id}`,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
    previousSecretAcceptedUntil: until,
  };
}
