import { describe, expect, it } from 'vitest';
import { findCustomersQuery } from '../../../shared/contracts/http/customers.ts';
import { openApiDocument } from '../../../shared/contracts/http/openapi.ts';
import type { RouteDefinition } from '../../../shared/contracts/http/route.ts';
import { routes } from '../../../shared/contracts/http/routes.ts';
import { settingsPatchSchema } from '../../../shared/contracts/http/settings.ts';
import { routeMatcher } from '../../../shared/runtime/match-route.ts';

const matchRoute = routeMatcher(routes);
const all = Object.entries(routes) as [string, RouteDefinition][];

describe('the description of the API', () => {
  const document = openApiDocument();
  const text = JSON.stringify(document);

  it('is OpenAPI 3.1 and has every route with its summary, answers and problem', () => {
    expect(document.openapi).toMatch(/^3\.1/);
    for (const [operationId, route] of all) {
      const methods = document.paths?.[route.path.replace('+}', '}')] as Record<string, Record<string, unknown>>;
      const operation = methods[route.method.toLowerCase()];
      expect(operation).toMatchObject({ operationId, summary: route.summary, tags: [route.tag] });
      expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(route.answers)));
      if (route.roles !== 'anyone')
        expect(JSON.stringify(operation?.responses)).toContain('#/components/schemas/Problem');
    }
  });

  it('names every part of a path as a parameter, and refers only to what it holds', () => {
    for (const [, route] of all) {
      const named = [...route.path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1]);
      expect(Object.keys(route.params?.shape ?? {})).toEqual(named);
    }
    const references = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? '');
    for (const name of references) expect(document.components?.schemas).toHaveProperty(name);
  });

  it('is the same every time, so that a deployment changes only when the API does', () => {
    expect(JSON.stringify(openApiDocument())).toBe(text);
  });
});

describe('routing', () => {
  it('finds every route by an example of its path', () => {
    for (const [id, route] of all) {
      const path = route.path.replaceAll(/\{\w+\+?\}/g, 'x1');
      expect(matchRoute(route.method, path).id).toBe(id);
    }
  });

  it('takes a path as it is, for the HTTP API has decoded it, and lets a last part hold slashes', () => {
    expect(matchRoute('GET', '/v1/shops/a b').params).toEqual({ id: 'a b' });
    expect(matchRoute('GET', '/v1/shops/50%').params).toEqual({ id: '50%' });
    expect(matchRoute('GET', '/v1/orders/east/1/2').params).toEqual({ shopId: 'east', orderId: '1/2' });
  });

  it.each([
    '/',
    '/v1',
    '/v1/shops/',
    '/v1/shops/a/b',
    '/v1//x',
    '/v1/orders/east',
    '/v1/orders/east/',
    '/V1/shops',
    '//v1/shops',
  ])('knows no %s', (path) => {
    expect(() => matchRoute('GET', path)).toThrow('no such path');
  });

  it('knows nothing by an id that no key could hold', () => {
    expect(matchRoute('GET', `/v1/orders/east/${'订'.repeat(200)}`).params.orderId).toHaveLength(200);
    expect(() => matchRoute('GET', `/v1/customers/${'x'.repeat(801)}`)).toThrow('No id is as long');
  });

  it('tells which methods a path has', () => {
    expect(() => matchRoute('DELETE', '/v1/settings')).toThrow('GET, PATCH');
  });
});

describe('schemas', () => {
  const fields = (issues: readonly { path: PropertyKey[] }[]) => issues.map(({ path }) => path.join('.'));

  it('want one way of finding a customer', () => {
    for (const query of [{ email: 'a@b.cd' }, { phone: '+861' }, { shop: 'a', buyer: 'b' }]) {
      expect(findCustomersQuery.safeParse(query).success).toBe(true);
    }
    for (const [query, field] of [
      [{}, 'email'],
      [{ email: 'a', shop: 'x' }, 'phone'],
      [{ shop: 'x' }, 'buyer'],
      [{ buyer: 'x' }, 'shop'],
    ] as const) {
      expect(fields(findCustomersQuery.safeParse(query).error?.issues ?? [])).toEqual([field]);
    }
  });

  it('take limits of 1 to 3650 whole days', () => {
    for (const [l1, fine] of [
      [0, false],
      [1, true],
      [3650, true],
      [3651, false],
      [1.5, false],
      ['90', false],
    ] as const) {
      expect(settingsPatchSchema.safeParse({ stages: { l1 } }).success, String(l1)).toBe(fine);
    }
  });

  it('take rates above zero only', () => {
    for (const [rate, fine] of [
      ['7.1', true],
      ['0', false],
      ['0.000', false],
      ['-1', false],
      ['1e3', false],
      [7.1, false],
    ] as const) {
      const patch = { rates: [{ currency: 'USD', from: '2026-01-01', rate }] };
      expect(settingsPatchSchema.safeParse(patch).success, String(rate)).toBe(fine);
    }
  });
});
