import type { caseRoutes } from '../../../shared/contracts/http/cases.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type CaseApiDeps = object;

export function caseHandlers(_deps: CaseApiDeps): RouteHandlers<keyof typeof caseRoutes> {
  return {};
}
