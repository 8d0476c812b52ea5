import {
  defaultRecommendations,
  type RecommendationsJson,
  type recommendationRoutes,
} from '../../../shared/contracts/http/recommendations.ts';
import { formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import type { CustomerStore } from '../../../shared/usecases/ports.ts';
import {
  type RecommendDeps,
  type RecommendedProduct,
  recommendProducts,
} from '../../../shared/usecases/recommendations/recommend-products.ts';

export interface RecommendationDeps extends RecommendDeps {
  readonly store: CustomerStore;
}

export function recommendationHandlers(deps: RecommendationDeps): RouteHandlers<keyof typeof recommendationRoutes> {
  return {
    async recommendProducts({ params, query: { shop, n = defaultRecommendations } }) {
      const file = await readCustomer(params.id, deps.store);
      if (!file) throw notFound('There is no such customer.');
      const { asOf, items } = await recommendProducts(file, shop, n, deps);
      const answer: RecommendationsJson = {
        asOf: formatInstantOrNull(asOf),
        items: items.map(itemView),
      };
      return json(answer);
    },
  };
}

function itemView({ shop, product, reason, catalogued }: RecommendedProduct): RecommendationsJson['items'][number] {
  const { title = null, category = null, url = null, image = null, price = null } = catalogued ?? {};
  return { shop, product, reason, title, category, url, image, price };
}
