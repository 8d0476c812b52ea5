import * as z from 'zod';
import { customerRoutes } from './customers.ts';
import { messageRoutes } from './messages.ts';
import { operationRoutes } from './operations.ts';
import { orderRoutes } from './orders.ts';
import { reportRoutes } from './reports.ts';
import type { RouteDefinition, RouteInput } from './route.ts';
import { settingsRoutes } from './settings.ts';
import { shopRoutes } from './shops.ts';

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

/** Every endpoint of the API, by its operation id. */
export const routes = {
  ...shopRoutes,
  ...customerRoutes,
  ...orderRoutes,
  ...reportRoutes,
  ...settingsRoutes,
  ...messageRoutes,
  ...operationRoutes,
  ...openRoutes,
} as const;

export type RouteId = keyof typeof routes;
export type InputOf<Id extends RouteId> = RouteInput<(typeof routes)[Id]>;
