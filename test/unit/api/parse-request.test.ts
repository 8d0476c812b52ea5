import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteDefinition } from '../../../shared/contracts/http/route.ts';
import { routes } from '../../../shared/contracts/http/routes.ts';
import { parseRequest } from '../../../shared/runtime/parse-request.ts';
import { Problem } from '../../../shared/runtime/problem.ts';
import { someOf } from '../../config/runs.ts';

const all = Object.entries(routes) as [string, RouteDefinition][];

function outcomeOf(route: RouteDefinition, body: Buffer | string, query = ''): number {
  try {
    parseRequest(route, { body: Buffer.from(body), headers: {}, query: new URLSearchParams(query) }, {});
    return 200;
  } catch (error) {
    if (error instanceof Problem) return error.status;
    throw error;
  }
}

describe('whatever is sent', () => {
  it('as a body is taken or refused, and never breaks anything', () => {
    const withBody = fc.constantFrom(...all.map(([, route]) => route).filter(({ body }) => body));
    const keys = fc.constantFrom(
      'id',
      'platform',
      'stages',
      'labels',
      'rates',
      'secret',
      '__proto__',
      'constructor',
      'x',
    );
    const object = fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue())));
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      object.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(withBody, fc.oneof(text, fc.uint8Array().map(Buffer.from)), (route, body) => {
        expect([200, 400, 422]).toContain(outcomeOf(route, body));
      }),
      { numRuns: someOf(500) },
    );
  });

  it('as a query is taken or refused', () => {
    const withQuery = fc.constantFrom(...all.map(([, route]) => route).filter(({ query }) => query));
    const name = fc.constantFrom('limit', 'cursor', 'email', 'shop', 'asOf', 'from', 'format', '__proto__', 'x');
    const query = fc.array(fc.tuple(name, fc.string())).map((pairs) => new URLSearchParams(pairs).toString());
    fc.assert(
      fc.property(withQuery, query, (route, text) => {
        expect([200, 400, 422]).toContain(outcomeOf({ ...route, method: 'GET' }, '', text));
      }),
      { numRuns: someOf(500) },
    );
  });
});

describe('a body', () => {
  const route: RouteDefinition = routes.createKey;

  it('is JSON in UTF-8, whatever its type is called within JSON', () => {
    const body = Buffer.from('{"name":"Li Wei 李伟","role":"admin"}');
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'application/merge-patch+json',
      undefined,
    ]) {
      const request = { body, headers: { 'content-type': type }, query: new URLSearchParams() };
      expect(parseRequest(route, request, {}).body).toEqual({ name: 'Li Wei 李伟', role: 'admin' });
    }
    expect(outcomeOf(route, Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]))).toBe(
      400,
    );
  });

  it('is named field by field where it is wrong, without its values', () => {
    const patch = '{"rates":[{"currency":"ann@example.com","from":"2026-01-01","rate":"x"}],"more":1}';
    const request = { body: Buffer.from(patch), headers: {}, query: new URLSearchParams() };
    expect(() => parseRequest(routes.changeSettings, request, {})).toThrow(
      expect.objectContaining({
        errors: [
          { field: 'rates[0].currency', message: expect.stringContaining('ISO 4217') },
          { field: 'rates[0].rate', message: expect.stringContaining('decimal') },
          { field: 'more', message: 'is not known here' },
        ],
      }),
    );
  });
});
