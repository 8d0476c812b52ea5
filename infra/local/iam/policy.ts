import type { Statement } from '../model.ts';

/** One thing a call needs: an action on a resource. `orResources` are other names of the same resource. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly orResources?: readonly string[];
}

/** An (action, resource) pair of a role, as the policy writes it. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

type Matcher = (text: string) => boolean;

/**
 * What one role allows and what its function used of it. Conditions of statements are not evaluated: a statement with
 * a condition counts as if the condition held, so a narrower policy is never taken for a wider one in `unused`.
 */
export class RoleLedger {
  readonly #allows: readonly Rule[];
  readonly #denies: readonly Rule[];
  readonly #verdicts = new Map<string, boolean>();
  readonly #used = new Map<string, Permission>();
  readonly #denied = new Map<string, Permission>();
  readonly #usedPermissions = new Set<string>();

  constructor(statements: readonly Statement[]) {
    const rules = (effect: Statement['effect']) =>
      statements.filter((statement) => statement.effect === effect).map((statement) => new Rule(statement));
    this.#allows = rules('Allow');
    this.#denies = rules('Deny');
  }

  /** Whether the role allows it; records the answer either way. */
  check(access: Access): boolean {
    const names = [access.resource, ...(access.orResources ?? [])];
    const permitted = names.find((resource) => this.#verdict(access.action, resource));
    const resource = permitted ?? access.resource;
    const record = permitted === undefined ? this.#denied : this.#used;
    const key = `${access.action} ${resource}`;
    if (!record.has(key)) record.set(key, { action: access.action, resource });
    return permitted !== undefined;
  }

  /** Records a use on the function's behalf, when the role allows it; a lack of it is no denial. */
  use(access: Access): void {
    const names = [access.resource, ...(access.orResources ?? [])];
    if (names.some((resource) => this.#verdict(access.action, resource))) this.check(access);
  }

  #verdict(action: string, resource: string): boolean {
    const key = `${action} ${resource}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const permissions = this.#allows.flatMap((rule) => rule.covering(action, resource));
    const allowed = permissions.length > 0 && !this.#denies.some((rule) => rule.covering(action, resource).length > 0);
    this.#verdicts.set(key, allowed);
    if (allowed) for (const permission of permissions) this.#usedPermissions.add(keyOf(permission));
    return allowed;
  }

  report(): { allowed: Permission[]; used: Permission[]; denied: Permission[]; unused: Permission[] } {
    const allowed = this.#allows.flatMap((rule) => rule.permissions);
    return {
      allowed,
      used: [...this.#used.values()],
      denied: [...this.#denied.values()],
      unused: allowed.filter((permission) => !this.#usedPermissions.has(keyOf(permission))),
    };
  }
}

const keyOf = ({ action, resource }: Permission) => `${action} ${resource}`;

class Rule {
  readonly permissions: readonly Permission[];
  readonly #pairs: readonly { permission: Permission; action: Matcher; resource: Matcher }[];

  constructor({ actions, notActions, resources, notResources }: Statement) {
    const actionParts = parts(actions, notActions);
    const resourceParts = parts(resources, notResources);
    this.#pairs = actionParts.flatMap((action) =>
      resourceParts.map((resource) => ({
        permission: { action: action.written, resource: resource.written },
        action: (text: string) => action.matches(text.toLowerCase()),
        resource: resource.matchesExactly,
      })),
    );
    this.permissions = this.#pairs.map(({ permission }) => permission);
  }

  covering(action: string, resource: string): Permission[] {
    return this.#pairs
      .filter((pair) => pair.action(action) && pair.resource(resource))
      .map(({ permission }) => permission);
  }
}

interface Part {
  readonly written: string;
  readonly matches: Matcher;
  readonly matchesExactly: Matcher;
}

function parts(positive: readonly string[], negative: readonly string[]): Part[] {
  if (negative.length === 0) {
    return positive.map((written) => ({
      written,
      matches: wildcard(written.toLowerCase()),
      matchesExactly: wildcard(written),
    }));
  }
  const none = (matchers: readonly Matcher[]) => (text: string) => !matchers.some((matcher) => matcher(text));
  return [
    {
      written: `not ${negative.join(' | ')}`,
      matches: none(negative.map((written) => wildcard(written.toLowerCase()))),
      matchesExactly: none(negative.map(wildcard)),
    },
  ];
}

/** IAM's `*` and `?`. */
function wildcard(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}
