import type { Logger } from '@aws-lambda-powertools/logger';
import type { RouteId } from '../../shared/contracts/http/routes.ts';
import { createHttpHandler, type HttpAnswer, type HttpHandler } from '../../shared/runtime/http-handler.ts';
import type { SettingsDeps } from '../../shared/usecases/change-settings.ts';
import type { ShopDeps } from '../../shared/usecases/connect-shop.ts';
import type { Actor } from '../../shared/usecases/ports.ts';
import { type Access, authenticate, authorize } from './access.ts';
import type { ApiRequest, RouteHandlers } from './api-request.ts';
import { matchRoute } from './match-route.ts';
import { type ParsedRequest, parseRequest } from './parse-request.ts';
import { type CustomerDeps, customerHandlers } from './routes/customers.ts';
import { type MessageDeps, messageHandlers } from './routes/messages.ts';
import { type Assets, openHandlers } from './routes/open.ts';
import { type OperationDeps, operationHandlers } from './routes/operations.ts';
import { orderHandlers } from './routes/orders.ts';
import { type ReportDeps, reportHandlers } from './routes/reports.ts';
import { settingsHandlers } from './routes/settings.ts';
import { shopHandlers } from './routes/shops.ts';

export type CrmApiDeps = Access &
  ShopDeps &
  SettingsDeps &
  CustomerDeps &
  ReportDeps &
  MessageDeps &
  OperationDeps & { readonly assets: Assets; readonly logger: Logger };

/** The API: find the route, know the key, check the role, parse, then do it. Errors become answers in the plumbing. */
export function createHandler(deps: CrmApiDeps): HttpHandler {
  const handlers: RouteHandlers<RouteId> = {
    ...shopHandlers(deps),
    ...customerHandlers(deps),
    ...orderHandlers(deps),
    ...reportHandlers(deps),
    ...settingsHandlers(deps),
    ...messageHandlers(deps),
    ...operationHandlers(deps),
    ...openHandlers(deps.assets),
  };
  return createHttpHandler({
    logger: deps.logger,
    async respond(request) {
      const { id, route, params } = matchRoute(request.method, request.path);
      request.note({ operation: id });
      if (route.roles === 'anyone') return call(handlers, id, parseRequest(route, request, params));
      const actor = await authenticate(request, deps);
      request.note({ keyId: actor.keyId, role: actor.role });
      authorize(route, actor);
      return call(handlers, id, { ...parseRequest(route, request, params), actor });
    },
  });
}

/** The route's schemas have just made the request what its handler takes; the compiler cannot follow that by id. */
function call<Id extends RouteId>(
  handlers: RouteHandlers<RouteId>,
  id: Id,
  request: ParsedRequest & { readonly actor?: Actor },
): Promise<HttpAnswer> {
  const handle = handlers[id] as (request: ApiRequest<Id>) => Promise<HttpAnswer>;
  return handle(request as ApiRequest<Id>);
}
