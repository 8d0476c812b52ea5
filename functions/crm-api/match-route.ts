import type { RouteDefinition } from '../../shared/contracts/http/route.ts';
import { type RouteId, routes } from '../../shared/contracts/http/routes.ts';
import { methodNotAllowed, notFound } from '../../shared/runtime/problem.ts';

export interface Match {
  readonly id: RouteId;
  readonly route: RouteDefinition;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly id: RouteId;
  readonly route: RouteDefinition;
  readonly segments: readonly string[];
}

const patterns: readonly Pattern[] = Object.entries(routes).map(([id, route]) => ({
  id: id as RouteId,
  route,
  segments: segmentsOf(route.path),
}));

/** Finds the route for a request. @throws Problem 404 for a path, 405 for a method that is not there */
export function matchRoute(method: string, path: string): Match {
  const given = segmentsOf(path);
  const here = patterns.flatMap((pattern) => {
    const params = paramsOf(pattern.segments, given);
    return params ? [{ ...pattern, params }] : [];
  });
  if (here.length === 0) throw notFound('There is no such path; /docs lists them all.');
  const found = here.find(({ route }) => route.method === method);
  if (!found) throw methodNotAllowed([...new Set(here.map(({ route }) => route.method))]);
  return { id: found.id, route: found.route, params: found.params };
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
