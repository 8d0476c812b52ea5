import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parkedSchema, parkReasons } from '../../../shared/contracts/http/operations.ts';
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

describe('the reason of parked events', () => {
  const asked = (reason: string) => () =>
    parseRequest(routes.listParked, { body: Buffer.alloc(0), headers: {}, query: new URLSearchParams({ reason }) }, {});

  it('is one that there is, or refused with those there are', () => {
    for (const reason of parkReasons) expect(asked(reason)().query).toEqual({ reason });
    const message = `must be one of: ${parkReasons.join(', ')}`;
    expect(asked('bogus')).toThrow(expect.objectContaining({ status: 422, errors: [{ field: 'reason', message }] }));
  });

  it('is told as it stands, also of an older version', () => {
    expect(parkedSchema.shape.reason.parse('not_handled_yet')).toBe('not_handled_yet');
  });
});

describe('what is wrong with a field', () => {
  const body = z.strictObject({
    name: z.string().min(2).max(5).optional(),
    tags: z.array(z.string()).min(1).max(2).optional(),
    pair: z.array(z.string()).length(2).optional(),
    share: z.number().min(0).max(1).optional(),
    weight: z.number().positive().lt(10).optional(),
    count: z.int().optional(),
    kind: z.enum(['sms', 'email']).optional(),
    only: z.literal('order').optional(),
    day: z.iso.date().optional(),
    at: z.iso.datetime({ offset: true }).optional(),
    site: z.url().optional(),
    flag: z.boolean().optional(),
    inner: z.strictObject({ needed: z.string(), choice: z.enum(['a', 'b']) }).optional(),
    vars: z.record(z.string().regex(/^[a-z]+$/, 'must be small letters'), z.string()).optional(),
    own: z.string().max(2, 'is far too long').optional(),
    either: z.union([z.string(), z.number(), z.strictObject({ days: z.number() })]).optional(),
    form: z
      .discriminatedUnion('by', [z.object({ by: z.literal('week') }), z.object({ by: z.literal('day') })])
      .optional(),
  });
  const route: RouteDefinition = { ...routes.createKey, body };
  const errorsOf = (value: unknown) => {
    try {
      const request = { body: Buffer.from(JSON.stringify(value)), headers: {}, query: new URLSearchParams() };
      parseRequest(route, request, {});
    } catch (error) {
      if (error instanceof Problem) return error.errors?.map(({ field, message }) => `${field}: ${message}`);
      throw error;
    }
    return [];
  };

  it.each([
    [{ name: 'abcdef' }, 'name: must have at most 5 characters'],
    [{ name: 'a' }, 'name: must have at least 2 characters'],
    [{ name: 7 }, 'name: must be text'],
    [{ tags: ['a', 'b', 'c'] }, 'tags: must have at most 2 entries'],
    [{ tags: [] }, 'tags: must have at least 1 entry'],
    [{ tags: 'a' }, 'tags: must be a list'],
    [{ pair: ['a'] }, 'pair: must have exactly 2 entries'],
    [{ share: 1.5 }, 'share: must be at most 1'],
    [{ share: -1 }, 'share: must be at least 0'],
    [{ weight: 0 }, 'weight: must be above 0'],
    [{ weight: 10 }, 'weight: must be below 10'],
    [{ count: 1.5 }, 'count: must be a whole number'],
    [{ kind: 'letter' }, 'kind: must be one of: sms, email'],
    [{ only: 'letter' }, 'only: must be order'],
    [{ day: 'tomorrow' }, 'day: must be a day, such as 2026-11-23'],
    [{ at: 'noon' }, 'at: must be an RFC 3339 time, such as 2026-11-23T19:00:00Z'],
    [{ site: 'here' }, 'site: must be an address, such as https://example.com'],
    [{ flag: 'yes' }, 'flag: must be true or false'],
    [{ inner: null }, 'inner: must be an object'],
    [{ vars: { A: 'x' } }, 'vars.A: must be small letters'],
    [{ own: 'abc' }, 'own: is far too long'],
    [{ either: true }, 'either: must be text, or a number, or an object'],
    [{ form: { by: 'year' } }, 'form.by: must be one of: week, day'],
    [[], '(body): must be an object'],
  ])('is said in plain words: %j', (value, message) => {
    expect(errorsOf(value)).toEqual([message]);
  });

  it('is that it is needed, where there is nothing', () => {
    expect(errorsOf({ inner: {} })).toEqual(['inner.needed: is needed', 'inner.choice: is needed']);
  });
});
