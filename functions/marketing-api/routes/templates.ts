import type { templateRoutes } from '../../../shared/contracts/http/templates.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type TemplateApiDeps = object;

export function templateHandlers(_deps: TemplateApiDeps): RouteHandlers<keyof typeof templateRoutes> {
  return {};
}
