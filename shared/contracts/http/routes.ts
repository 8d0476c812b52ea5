import * as z from 'zod';
import { calendarRoutes } from './calendar.ts';
import { campaignRoutes } from './campaigns.ts';
import { caseRoutes } from './cases.ts';
import { couponRoutes, customerCouponRoutes } from './coupons.ts';
import { customerChangeRoutes } from './customer-changes.ts';
import { customerRoutes } from './customers.ts';
import { eventRoutes } from './events.ts';
import { journeyRoutes } from './journeys.ts';
import { messageRoutes } from './messages.ts';
import { operationRoutes } from './operations.ts';
import { orderRoutes } from './orders.ts';
import { outboundRoutes } from './outbound.ts';
import { predictionRoutes } from './predictions.ts';
import { privacyRoutes } from './privacy.ts';
import { productRoutes } from './products.ts';
import { recommendationRoutes } from './recommendations.ts';
import { factReportRoutes, reportRoutes } from './reports.ts';
import type { RouteDefinition, RouteInput } from './route.ts';
import { segmentPreviewRoutes, segmentRoutes } from './segments.ts';
import { sendingRoutes } from './sending.ts';
import { settingsRoutes } from './settings.ts';
import { shopRoutes } from './shops.ts';
import { templateRoutes } from './templates.ts';
import { transferRoutes } from './transfers.ts';

const openRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    roles: 'anyone',
    tag: 'Open',
    summary: 'Whether the API answers',
    answers: { 200: { description: 'It does', schema: z.strictObject({ status: z.literal('ok') }) } },
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    roles: 'anyone',
    tag: 'Open',
    summary: 'This description (OpenAPI 3.1)',
    answers: { 200: { description: 'The document', schema: z.looseObject({ openapi: z.string() }) } },
  },
  docs: {
    method: 'GET',
    path: '/docs',
    roles: 'anyone',
    tag: 'Open',
    summary: 'The page to read and try the API',
    answers: { 200: { description: 'A page', contentTypes: ['text/html'] } },
  },
  docsFile: {
    method: 'GET',
    path: '/docs/{file+}',
    roles: 'anyone',
    tag: 'Open',
    summary: 'What the page is made of',
    params: z.object({ file: z.string() }),
    answers: { 200: { description: 'A file', contentTypes: ['application/octet-stream'] } },
  },
} as const satisfies Record<string, RouteDefinition>;

/** The endpoints that crm-api answers, by their operation ids. */
export const crmRoutes = {
  ...shopRoutes,
  ...customerRoutes,
  ...eventRoutes,
  ...customerChangeRoutes,
  ...customerCouponRoutes,
  ...privacyRoutes,
  ...orderRoutes,
  ...recommendationRoutes,
  ...predictionRoutes,
  ...reportRoutes,
  ...segmentRoutes,
  ...settingsRoutes,
  ...messageRoutes,
  ...productRoutes,
  ...transferRoutes,
  ...operationRoutes,
  ...openRoutes,
} as const;
export type CrmRouteId = keyof typeof crmRoutes;

/** The endpoints that report-query answers, from the facts of the last night. */
export const factRoutes = { ...factReportRoutes, ...segmentPreviewRoutes } as const;
export type FactRouteId = keyof typeof factRoutes;

/** The endpoints that marketing-api answers: what is sent to whom, and what came of it. */
export const marketingRoutes = {
  ...templateRoutes,
  ...campaignRoutes,
  ...journeyRoutes,
  ...couponRoutes,
  ...caseRoutes,
  ...calendarRoutes,
  ...outboundRoutes,
  ...sendingRoutes,
} as const;
export type MarketingRouteId = keyof typeof marketingRoutes;

/** First segments of their paths, under /v1: what the HTTP API sends to marketing-api. */
export const marketingPaths = [
  'templates',
  'campaigns',
  'journeys',
  'coupons',
  'cases',
  'calendar',
  'rehearsal',
  'messages',
  'subscriptions',
] as const;

/** Every endpoint of the API. Of two that fit a path the one that comes first is meant. */
export const routes = { ...crmRoutes, ...factRoutes, ...marketingRoutes } as const;

export type RouteId = keyof typeof routes;
export type InputOf<Id extends RouteId> = RouteInput<(typeof routes)[Id]>;
