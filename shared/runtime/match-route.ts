import type { RouteDefinition } from '../contracts/http/route.ts';
import { methodNotAllowed, notFound } from './problem.ts';

export interface Match<Id extends string = string> {
  readonly id: Id;
  readonly route: RouteDefinition;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a table for a request; of two that fit, the one that comes first.
 * @throws Problem 404 for a path, 405 for a method that is not there
 */
export function routeMatcher<Id extends string>(
  routes: Readonly<Record<Id, RouteDefinition>>,
): (method: string, path: string) => Match<Id> {
  const patterns = Object.entries<RouteDefinition>(routes).map(([id, route]) => ({
    id: id as Id,
    route,
    segments: segmentsOf(route.path),
  }));
  return (method, path) => {
    const given = segmentsOf(path);
    const here = patterns.flatMap((pattern) => {
      const params = paramsOf(pattern.segments, given);
      return params ? [{ ...pattern, params }] : [];
    });
    if (here.length === 0) throw notFound('There is no such path; /docs lists them all.');
    const found = here.find(({ route }) => route.method === method);
    if (!found) throw methodNotAllowed([...new Set(here.map(({ route }) => route.method))]);
    if (Object.values(found.params).some(isTooLongAnId)) throw notFound('No id is as long as the one in this path.');
    return { id: found.id, route: found.route, params: found.params };
  };
}

/** Ids have 200 characters at most; a table's keys could not hold what is much longer, and would fail on it. */
export function isTooLongAnId(text: string): boolean {
  return Buffer.byteLength(text) > 800;
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

/** Values of `{name}` segments, which the HTTP API has decoded already; a last `{name+}` takes what is left. Undefined when the path is another. */
function paramsOf(pattern: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const name = /^\{(\w+)(\+?)\}$/.exec(segment);
    const isRest = name?.[2] === '+';
    const text = isRest ? given.slice(index).join('/') : given[index];
    if (text === undefined || text === '') return undefined;
    if (!name) {
      if (text !== segment) return undefined;
      continue;
    }
    params[name[1] ?? ''] = text;
    if (isRest) return params;
  }
  return given.length === pattern.length ? params : undefined;
}
