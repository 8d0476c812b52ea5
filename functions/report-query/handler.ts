import type { Logger } from '@aws-lambda-powertools/logger';
import { type Access, keyHolders } from '../../shared/adapters/crypto/key-holders.ts';
import type { RouteInput } from '../../shared/contracts/http/route.ts';
import { type FactRouteId, factRoutes } from '../../shared/contracts/http/routes.ts';
import { apiResponder, type Caller } from '../../shared/runtime/api-responder.ts';
import { createHttpHandler, type HttpAnswer, type HttpHandler } from '../../shared/runtime/http-handler.ts';
import { answerPreview, type PreviewDeps } from './preview.ts';
import { answerReport, type ReportDeps } from './reports.ts';

export type ReportQueryDeps = Access & ReportDeps & PreviewDeps & { readonly logger: Logger };

type Handlers = {
  readonly [Id in FactRouteId]: (
    request: RouteInput<(typeof factRoutes)[Id]> & { readonly actor: Caller },
  ) => Promise<HttpAnswer>;
};

/** What the facts of the last night tell: reports, and previews of segments. */
export function createHandler(deps: ReportQueryDeps): HttpHandler {
  const handlers: Handlers = {
    reportOnFacts: (request) => answerReport(request, request.actor.role, deps),
    previewSegment: ({ body, actor }) => answerPreview(body, actor.role, deps),
  };
  return createHttpHandler({
    logger: deps.logger,
    respond: apiResponder<FactRouteId>({
      routes: factRoutes,
      holderOf: keyHolders(deps),
      // The route's schemas have just made the request what its handler takes; the compiler cannot follow that by id.
      answer: (id, request) => (handlers[id] as (request: unknown) => Promise<HttpAnswer>)(request),
    }),
  });
}
