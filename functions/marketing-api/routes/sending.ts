import type { sendingRoutes } from '../../../shared/contracts/http/sending.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type SendingApiDeps = object;

export function sendingHandlers(_deps: SendingApiDeps): RouteHandlers<keyof typeof sendingRoutes> {
  return {};
}
