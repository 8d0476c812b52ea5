import type { Logger } from '@aws-lambda-powertools/logger';
import { type Access, keyHolders } from '../../shared/adapters/crypto/key-holders.ts';
import { type MarketingRouteId, marketingRoutes } from '../../shared/contracts/http/routes.ts';
import type { RouteHandlers } from '../../shared/runtime/api-request.ts';
import { apiResponder } from '../../shared/runtime/api-responder.ts';
import { createHttpHandler, type HttpAnswer, type HttpHandler } from '../../shared/runtime/http-handler.ts';
import { type CalendarApiDeps, calendarHandlers } from './routes/calendar.ts';
import { type CampaignApiDeps, campaignHandlers } from './routes/campaigns.ts';
import { type CaseApiDeps, caseHandlers } from './routes/cases.ts';
import { type CouponApiDeps, couponHandlers } from './routes/coupons.ts';
import { type JourneyApiDeps, journeyHandlers } from './routes/journeys.ts';
import { type OutboundApiDeps, outboundHandlers } from './routes/outbound.ts';
import { type SendingApiDeps, sendingHandlers } from './routes/sending.ts';
import { type TemplateApiDeps, templateHandlers } from './routes/templates.ts';

export type MarketingApiDeps = Access &
  TemplateApiDeps &
  CampaignApiDeps &
  JourneyApiDeps &
  CouponApiDeps &
  CaseApiDeps &
  CalendarApiDeps &
  OutboundApiDeps &
  SendingApiDeps & { readonly logger: Logger };

/** What marketers work with: templates, campaigns, journeys, coupons, cases, the calendar, and what others are told. */
export function createHandler(deps: MarketingApiDeps): HttpHandler {
  const handlers: RouteHandlers<MarketingRouteId> = {
    ...templateHandlers(deps),
    ...campaignHandlers(deps),
    ...journeyHandlers(deps),
    ...couponHandlers(deps),
    ...caseHandlers(deps),
    ...calendarHandlers(deps),
    ...outboundHandlers(deps),
    ...sendingHandlers(deps),
  };
  return createHttpHandler({
    logger: deps.logger,
    respond: apiResponder<MarketingRouteId>({
      routes: marketingRoutes,
      holderOf: keyHolders(deps),
      // The route's schemas have just made the request what its handler takes; the compiler cannot follow that by id.
      answer: (id, request) => (handlers[id] as (request: unknown) => Promise<HttpAnswer>)(request),
    }),
  });
}
