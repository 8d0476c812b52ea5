import type { Logger } from '@aws-lambda-powertools/logger';
import { type Access, keyHolders } from '../../shared/adapters/crypto/key-holders.ts';
import { type CrmRouteId, crmRoutes } from '../../shared/contracts/http/routes.ts';
import type { ApiRequest, RouteHandlers } from '../../shared/runtime/api-request.ts';
import { apiResponder } from '../../shared/runtime/api-responder.ts';
import { createHttpHandler, type HttpAnswer, type HttpHandler } from '../../shared/runtime/http-handler.ts';
import type { ParsedRequest } from '../../shared/runtime/parse-request.ts';
import type { ShopDeps } from '../../shared/usecases/orders/connect-shop.ts';
import type { Actor } from '../../shared/usecases/ports.ts';
import type { SettingsDeps } from '../../shared/usecases/settings/change-settings.ts';
import { type CustomerCouponDeps, customerCouponHandlers } from './routes/coupons.ts';
import { type CustomerChangeDeps, customerChangeHandlers } from './routes/customer-changes.ts';
import { type CustomerDeps, customerHandlers } from './routes/customers.ts';
import { type EventDeps, eventHandlers } from './routes/events.ts';
import { type MessageDeps, messageHandlers } from './routes/messages.ts';
import { type Assets, openHandlers } from './routes/open.ts';
import { type OperationDeps, operationHandlers } from './routes/operations.ts';
import { orderHandlers } from './routes/orders.ts';
import { type PredictionDeps, predictionHandlers } from './routes/predictions.ts';
import { type PrivacyDeps, privacyHandlers } from './routes/privacy.ts';
import { type ProductDeps, productHandlers } from './routes/products.ts';
import { type RecommendationDeps, recommendationHandlers } from './routes/recommendations.ts';
import { type ReportDeps, reportHandlers } from './routes/reports.ts';
import { type SegmentApiDeps, segmentHandlers } from './routes/segments.ts';
import { settingsHandlers } from './routes/settings.ts';
import { shopHandlers } from './routes/shops.ts';
import { type TransferDeps, transferHandlers } from './routes/transfers.ts';

export type CrmApiDeps = Access &
  ShopDeps &
  SettingsDeps &
  CustomerDeps &
  CustomerChangeDeps &
  CustomerCouponDeps &
  RecommendationDeps &
  PredictionDeps &
  ReportDeps &
  MessageDeps &
  EventDeps &
  SegmentApiDeps &
  PrivacyDeps &
  ProductDeps &
  TransferDeps &
  OperationDeps & { readonly assets: Assets; readonly logger: Logger };

/** The API: find the route, know the key, check the role, parse, then do it. Errors become answers in the plumbing. */
export function createHandler(deps: CrmApiDeps): HttpHandler {
  const handlers: RouteHandlers<CrmRouteId> = {
    ...shopHandlers(deps),
    ...customerHandlers(deps),
    ...eventHandlers(deps),
    ...customerChangeHandlers(deps),
    ...customerCouponHandlers(deps),
    ...privacyHandlers(deps),
    ...orderHandlers(deps),
    ...recommendationHandlers(deps),
    ...predictionHandlers(deps),
    ...reportHandlers(deps),
    ...segmentHandlers(deps),
    ...settingsHandlers(deps),
    ...messageHandlers(deps),
    ...productHandlers(deps),
    ...transferHandlers(deps),
    ...operationHandlers(deps),
    ...openHandlers(deps.assets),
  };
  return createHttpHandler({
    logger: deps.logger,
    respond: apiResponder<CrmRouteId>({
      routes: crmRoutes,
      holderOf: keyHolders(deps),
      answer: (id, request) => call(handlers, id, request),
    }),
  });
}

/** The route's schemas have just made the request what its handler takes; the compiler cannot follow that by id. */
function call<Id extends CrmRouteId>(
  handlers: RouteHandlers<CrmRouteId>,
  id: Id,
  request: ParsedRequest & { readonly actor?: Actor },
): Promise<HttpAnswer> {
  const handle = handlers[id] as (request: ApiRequest<Id>) => Promise<HttpAnswer>;
  return handle(request as ApiRequest<Id>);
}
