import * as z from 'zod';
import type { WrongField } from '../errors.ts';
import { type Field, fieldList, fieldOf, type Op, ops, opsOf } from './fields.ts';
import { operandSchema, windowSchema } from './operands.ts';

/** The last days up to today (0: today only), or the days of a period, both ends included. */
export type Within = { readonly days: number } | { readonly from: string; readonly to: string };

export type Single = string | number | boolean;

export interface Condition {
  readonly field: string;
  readonly op: Op;
  readonly value: Single | readonly Single[];
  readonly within?: Within;
}

/** Who belongs to a segment (DOMAIN 6). */
export type SegmentRule =
  | { readonly all: readonly SegmentRule[] }
  | { readonly any: readonly SegmentRule[] }
  | { readonly not: SegmentRule }
  | Condition;

/** What a rule may grow to: far beyond what people write, and cheap to evaluate still. */
export const ruleLimits = { depth: 20, nodes: 500 } as const;
/** As many as help to mend a rule. */
const mostProblems = 20;

export type Path = readonly (string | number)[];

interface Problem {
  readonly path: Path;
  readonly message: string;
}

const shape = 'must be {"all": [...]}, {"any": [...]}, {"not": ...} or a condition {"field", "op", "value"}';
const branches = ['all', 'any', 'not'] as const;
const members = ['field', 'op', 'value', 'within'];

/** The rule language. What is wrong is told with the path of the node and with what would be right. */
export const segmentRuleSchema = z
  .custom<SegmentRule>()
  .superRefine((input: unknown, context) => {
    for (const { path, message } of problemsOf(input)) {
      context.addIssue({ code: 'custom', path: [...path], message, input: undefined });
    }
  })
  .meta({
    id: 'SegmentRule',
    override: ({ jsonSchema }) => {
      Object.assign(jsonSchema, ruleJsonSchema);
    },
  });

function problemsOf(input: unknown): Problem[] {
  const check = { problems: [] as Problem[], nodes: 0 };
  checkNode(input, [], check);
  return check.problems.slice(0, mostProblems);
}

interface Check {
  readonly problems: Problem[];
  nodes: number;
}

function checkNode(node: unknown, path: Path, check: Check): void {
  check.nodes++;
  if (check.problems.length >= mostProblems || check.nodes > ruleLimits.nodes + 1) return;
  const tell = (at: Path, message: string) => check.problems.push({ path: [...path, ...at], message });
  if (check.nodes > ruleLimits.nodes) {
    tell([], `is one node too many: a rule has at most ${ruleLimits.nodes}`);
  } else if (path.filter((step) => typeof step === 'string').length >= ruleLimits.depth) {
    tell([], `is nested too deep: at most ${ruleLimits.depth} levels`);
  } else if (!isObject(node)) {
    tell([], shape);
  } else {
    const branch = branches.find((name) => Object.hasOwn(node, name));
    if (branch) checkBranch(node, branch, path, check, tell);
    else checkCondition(node, tell);
  }
}

type Tell = (at: Path, message: string) => void;
type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkBranch(node: Members, branch: (typeof branches)[number], path: Path, check: Check, tell: Tell): void {
  for (const name of Object.keys(node)) if (name !== branch) tell([name], `cannot stand beside ${branch}`);
  const inner = node[branch];
  if (branch === 'not') {
    checkNode(inner, [...path, branch], check);
  } else if (!Array.isArray(inner) || inner.length === 0) {
    tell([branch], 'must be a list of at least one rule');
  } else {
    for (const [index, child] of inner.entries()) checkNode(child, [...path, branch, index], check);
  }
}

function checkCondition(node: Members, tell: Tell): void {
  const names = Object.keys(node);
  if (!names.some((name) => members.includes(name))) return tell([], shape);
  for (const name of names) if (!members.includes(name)) tell([name], 'is not known here');
  const field = typeof node.field === 'string' ? fieldOf(node.field) : undefined;
  if (!field) return tell(['field'], fieldMessage(node.field));
  if (node.within !== undefined) checkWindow(node.within, field, node.op, tell);
  const op = opsOf(field).find((name) => name === node.op);
  if (!op) return tell(['op'], `must be one of ${opsOf(field).join(', ')} for ${node.field}`);
  checkWith(operandSchema(field, op), node.value, ['value'], tell);
}

/** Names the fields of the same kind, or all. */
function fieldMessage(name: unknown): string {
  const family = typeof name === 'string' ? name.split('.', 1)[0] : undefined;
  const near = fieldList.filter((field) => field.name.startsWith(`${family}.`));
  return `must be one of ${(near.length > 0 ? near : fieldList).map((field) => field.name).join(', ')}`;
}

function checkWindow(within: unknown, field: Field, op: unknown, tell: Tell): void {
  if (!field.window) {
    const names = fieldList.flatMap(({ name, window }) => (window ? [name] : []));
    tell(['within'], `is not possible here, only with ${names.join(', ')}`);
  } else if (op === 'withinDays') {
    tell(['within'], 'cannot stand beside withinDays');
  } else if (!isObject(within) || !['days', 'from', 'to'].some((name) => Object.hasOwn(within, name))) {
    tell(['within'], 'must be {"days": 60} or {"from": "2026-01-01", "to": "2026-12-31"}');
  } else {
    checkWith(windowSchema(field, Object.hasOwn(within, 'days') ? 'days' : 'period'), within, ['within'], tell);
  }
}

function checkWith(schema: z.ZodType, value: unknown, at: Path, tell: Tell): void {
  for (const issue of schema.safeParse(value).error?.issues ?? []) {
    const path = [...at, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) tell([...path, key], 'is not known here');
    else tell(path, issue.message);
  }
}

/** `all[1].not.value`; '' for the rule itself. */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

/** Every condition of a rule with its path, from left to right. */
export function* conditionsOf(rule: SegmentRule, path: Path = []): Generator<{ condition: Condition; path: Path }> {
  if ('field' in rule) yield { condition: rule, path };
  else if ('not' in rule) yield* conditionsOf(rule.not, [...path, 'not']);
  else {
    const [name, children] = 'all' in rule ? ['all', rule.all] : ['any', rule.any];
    for (const [index, child] of children.entries()) yield* conditionsOf(child, [...path, name, index]);
  }
}

/**
 * Names in a rule that the workspace does not know, where a rule would silently find nobody.
 * @param known the names there are, by field, such as `region.group` and `tier`
 */
export function unknownNames(rule: SegmentRule, known: Readonly<Record<string, ReadonlySet<string>>>): WrongField[] {
  return [...conditionsOf(rule)].flatMap(({ condition: { field, op, value }, path }) => {
    const names = Object.hasOwn(known, field) && op !== 'exists' && op !== 'contains' ? known[field] : undefined;
    if (!names) return [];
    const message = `must be one of ${[...names].join(', ')}`;
    const listed = Array.isArray(value) ? value.map((one, index) => ({ one, at: [index] })) : [{ one: value, at: [] }];
    return listed.flatMap(({ one, at }) =>
      names.has(String(one)) ? [] : [{ field: pathText([...path, 'value', ...at]), message }],
    );
  });
}

const ruleRef = { $ref: '#/components/schemas/SegmentRule' };
const ruleList = { type: 'array', minItems: 1, items: ruleRef };
const single = { type: ['string', 'number', 'boolean'] };

/** The language for the API's description; finer rules stand in words. */
const ruleJsonSchema = {
  description: [
    `A rule: all, any, not over conditions, at most ${ruleLimits.depth} levels and ${ruleLimits.nodes} nodes. Fields:`,
    ...fieldList.map((field) => {
      const window = field.window ? ' (also `within`)' : '';
      return `- \`${field.name}\`: ${field.meaning}${window}; ${opsOf(field).join(' ')}`;
    }),
  ].join('\n'),
  anyOf: [
    objectOf({ all: ruleList }),
    objectOf({ any: ruleList }),
    objectOf({ not: ruleRef }),
    objectOf(
      {
        field: { type: 'string' },
        op: { type: 'string', enum: ops },
        value: { anyOf: [single, { type: 'array', minItems: 1, items: single }] },
      },
      {
        within: {
          anyOf: [
            objectOf({ days: { type: 'integer', minimum: 0 } }),
            objectOf({ from: { type: 'string', format: 'date' }, to: { type: 'string', format: 'date' } }),
          ],
        },
      },
    ),
  ],
};

function objectOf(required: Members, optional: Members = {}): Members {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}
