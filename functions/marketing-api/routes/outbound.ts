import type { outboundRoutes } from '../../../shared/contracts/http/outbound.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type OutboundApiDeps = object;

export function outboundHandlers(_deps: OutboundApiDeps): RouteHandlers<keyof typeof outboundRoutes> {
  return {};
}
