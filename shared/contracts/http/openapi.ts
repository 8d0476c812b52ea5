import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { AnswerDefinition, RouteDefinition } from './route.ts';
import { routes } from './routes.ts';
import { problemSchema } from './values.ts';

/** Made when the function is bundled, so that the generator itself stays out of the function. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Huitou API',
      version: '1',
      description: introduction,
    },
    servers: [{ url: '/' }],
    tags: tags.map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: pathsOf(Object.entries(routes)),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer hk_...' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  });
}

const introduction = [
  'Huitou keeps one file per customer and knows where each one stands in the buying life cycle.',
  '',
  '**Keys.** Every request but the open ones carries a key with a role: `admin`, `marketer`, `service` or `analyst`. An analyst sees no personal data.',
  '',
  '**Lists** are `{"items": [...], "next": cursor | null}`; hand `next` back as `cursor` for the page after.',
  '',
  '**Money** is `{"amount": "123.45", "currency": "CNY"}`, exactly. Times are RFC 3339, days `2026-11-23`.',
  '',
  '**Errors** are problem+json (RFC 9457). A 422 names each wrong field under `errors` and has changed nothing; a 409 means it changed meanwhile; a 503 says when to come back. Every answer of an error has a `requestId` that leads to the log.',
].join('\n');

const tags = [
  ['Customers', 'Find customers and see where they stand'],
  ['Privacy', 'What a person may ask for: everything held of them, and to be forgotten'],
  ['Segments', 'Whom a rule holds of, and why'],
  ['Behaviour', 'What customers do outside orders'],
  ['Orders', 'What the shops have sent, merged'],
  ['Reports', 'Counts over all customers, as JSON or CSV'],
  ['Products', 'What is sold'],
  ['Files', 'History in, lists out: imports and exports'],
  ['Shops', 'Where orders come from'],
  ['Settings', 'Limits of the life cycle, currency and rates, zone'],
  ['Keys', 'Who may use this API'],
  ['Operations', 'Parked events, runs, and who changed what'],
  ['Open', 'Without a key'],
] as const;

function pathsOf(entries: readonly (readonly [string, RouteDefinition])[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [operationId, route] of entries) {
    const path = route.path.replace('+}', '}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(operationId, route) };
  }
  return paths;
}

function operationOf(operationId: string, route: RouteDefinition): ZodOpenApiOperationObject {
  const { tag, summary, description, params, query, body, roles } = route;
  const forWhom = roles === 'anyone' ? undefined : `For ${roles.join(', ')}.`;
  return {
    operationId,
    tags: [tag],
    summary,
    description: [description, forWhom].filter((part) => part !== undefined).join(' '),
    ...(roles === 'anyone' && { security: [] }),
    requestParams: { ...(params && { path: params }), ...(query && { query }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)])),
      ...(roles !== 'anyone' && { default: problemAnswer }),
    },
  };
}

const problemAnswer = {
  description: 'Anything else',
  content: { 'application/problem+json': { schema: problemSchema } },
};

function answerOf({ description, schema, contentTypes = schema ? ['application/json'] : [] }: AnswerDefinition) {
  if (contentTypes.length === 0) return { description };
  const content = contentTypes.map((type) => [
    type,
    schema && type === 'application/json' ? { schema } : { schema: { type: 'string' as const } },
  ]);
  return { description, content: Object.fromEntries(content) };
}
