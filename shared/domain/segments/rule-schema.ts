import * as z from 'zod';
import { type Field, fieldList, fieldOf, opsOf } from './fields.ts';
import { operandSchema, windowSchema } from './operands.ts';
import type { Path, SegmentRule } from './rule.ts';
import { describeRules } from './rule-description.ts';

/** What a rule may grow to: far beyond what people write, and cheap to evaluate still. */
const ruleLimits = { depth: 20, nodes: 500 } as const;
/** As many as help to mend a rule. */
const mostProblems = 20;

/** The rule language. What is wrong is told with the path of the node and with what would be right. */
export const segmentRuleSchema = z
  .unknown()
  .superRefine((input: unknown, context) => {
    const check: Check = { problems: [], nodes: 0 };
    checkNode(input, [], check);
    for (const { path, message } of check.problems.slice(0, mostProblems)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .meta({
    id: 'SegmentRule',
    override: ({ jsonSchema }) => {
      Object.assign(jsonSchema, describeRules(ruleLimits));
    },
  }) as z.ZodType<SegmentRule>;

interface Check {
  readonly problems: { readonly path: Path; readonly message: string }[];
  nodes: number;
}
type Tell = (at: Path, message: string) => void;
type Members = Readonly<Record<string, unknown>>;

const shape = 'must be {"all": [...]}, {"any": [...]}, {"not": ...} or a condition {"field", "op", "value"}';
const branches = ['all', 'any', 'not'] as const;
const members = ['field', 'op', 'value', 'within'];

function checkNode(node: unknown, path: Path, check: Check): void {
  check.nodes++;
  if (check.problems.length >= mostProblems || check.nodes > ruleLimits.nodes + 1) return;
  const tell: Tell = (at, message) => {
    check.problems.push({ path: [...path, ...at], message });
  };
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
  if (!names.some((name) => members.includes(name))) {
    tell([], shape);
    return;
  }
  for (const name of names) if (!members.includes(name)) tell([name], 'is not known here');
  const field = typeof node.field === 'string' ? fieldOf(node.field) : undefined;
  if (field) checkAgainst(field, node, tell);
  else tell(['field'], fieldMessage(node.field));
}

function checkAgainst(field: Field, { field: name, op: asked, value, within }: Members, tell: Tell): void {
  const op = opsOf(field).find((known) => known === asked);
  if (op) checkWith(operandSchema(field, op), value, ['value'], tell);
  else tell(['op'], `must be one of ${opsOf(field).join(', ')} for ${name}`);
  if (within !== undefined) checkWindow(within, field, asked, tell);
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
