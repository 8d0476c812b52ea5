import { timesByType } from '../../domain/behaviour/behaviour.ts';
import type { Instant } from '../../domain/calendar.ts';
import { type CustomerFile, hasSubstance } from '../../domain/customers/customer-file.ts';
import { couldHold } from '../../domain/segments/bounds-of-rule.ts';
import { compileRule, type SegmentPredicate } from '../../domain/segments/compile.ts';
import { predictedReader } from '../../domain/segments/predicted-part.ts';
import type { RuleContext, SegmentRecord } from '../../domain/segments/record.ts';
import { partOf, type RecordParts, recordMaker } from '../../domain/segments/record-of-customer.ts';
import { fieldsOf, type SegmentRule } from '../../domain/segments/rule.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import { rulesStandingReader } from '../../domain/value/standing-of-customer.ts';
import type { BehaviourReader } from '../behaviour/behaviour-ports.ts';
import { readBehaviourOfAll } from '../behaviour/take-in-behaviour.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import { inLanes } from '../in-lanes.ts';
import { allTouches, type Reach, readReach } from '../messages/explain-contact.ts';
import type { TouchStore } from '../messages/messaging-ports.ts';
import type { Clock, CustomerStore, DueIndex, NightlyLimitsReader, SettingsReader } from '../ports.ts';

export interface LiveDeps {
  readonly store: CustomerStore & Pick<DueIndex, 'scanFiles'>;
  readonly touches: TouchStore;
  readonly settings: SettingsReader;
  readonly limits: NightlyLimitsReader;
  readonly behaviour: BehaviourReader;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
}

/** What a rule needs to be asked about customers that are at hand. */
export type RuleDeps = Omit<LiveDeps, 'store'> & { readonly store: Pick<CustomerStore, 'readFiles'> };

/** A rule made ready to be asked about customers as they stand at one moment. */
export interface LiveRule {
  readonly rule: SegmentRule;
  readonly context: RuleContext;
  readonly settings: Settings;
  /** False of whom it cannot hold, by the file and what the last night froze. Files without substance are nobody. */
  mayHoldOf(file: CustomerFile): boolean;
  /** Those of these files, of whom it may hold, that it holds of; in their order. */
  membersOf(candidates: readonly CustomerFile[]): Promise<readonly CustomerFile[]>;
  /** A customer as the rule sees them, with all that it asks for. */
  recordOf(file: CustomerFile): Promise<SegmentRecord>;
}

/**
 * Makes a rule ready (DOMAIN 6): what the files tell is asked first, and only of those who may still belong are rows of
 * contacts, touches and behaviour read.
 */
export async function liveRule(given: SegmentRule, deps: RuleDeps): Promise<LiveRule> {
  const asOf = deps.clock.now();
  const settings = await deps.settings.settings(asOf);
  const rule = await withPresentIds(given, deps.store);
  const context: RuleContext = {
    asOf,
    zone: settings.timezone,
    baseCurrency: settings.baseCurrency,
    regionGroups: settings.regionGroups,
  };
  const fields = fieldsOf(rule);
  const asked = partsOfFields(fields);
  const make = recordMaker(fields, settings, asOf);
  const knownParts = await knownPartsReader(fields, settings, asOf, deps);
  const reads: Reads = { reach: asked.has('reach'), touches: asked.has('touches'), behaviour: asked.has('behaviour') };
  const isComplete = !Object.values(reads).includes(true);
  const holds = compileRule(rule, context);
  const mayHold = isComplete ? holds : boundOf(rule, context);
  const readParts = partsReader(reads, settings, asOf, knownParts, deps);
  return {
    rule,
    context,
    settings,
    mayHoldOf: (file) => hasSubstance(file) && mayHold(make(file, knownParts(file))),
    async membersOf(candidates) {
      if (isComplete || candidates.length === 0) return candidates;
      const partsOf = await readParts(candidates);
      return candidates.filter((file) => holds(make(file, partsOf(file))));
    },
    recordOf: async (file) => make(file, (await readParts([file]))(file)),
  };
}

/** Whether a rule holds of one customer now. */
export async function ruleHolds(rule: SegmentRule, file: CustomerFile, deps: RuleDeps): Promise<boolean> {
  const live = await liveRule(rule, deps);
  return live.mayHoldOf(file) && (await live.membersOf([file])).length > 0;
}

function partsOfFields(fields: ReadonlySet<string>): ReadonlySet<keyof RecordParts | undefined> {
  return new Set([...fields].map(partOf));
}

/** What follows from the file, the settings and what the last night froze. */
async function knownPartsReader(
  fields: ReadonlySet<string>,
  settings: Settings,
  asOf: Instant,
  { limits: reader }: Pick<LiveDeps, 'limits'>,
): Promise<(file: CustomerFile) => RecordParts | undefined> {
  const asked = partsOfFields(fields);
  if (!asked.has('standing') && !asked.has('predicted')) return () => undefined;
  const limits = await reader.nightlyLimits();
  const standingOf = asked.has('standing')
    ? rulesStandingReader(settings, limits, asOf, fields.has('tags'))
    : undefined;
  const predictedOf = asked.has('predicted') ? predictedReader(limits?.predictions, settings, asOf) : undefined;
  return (file) => ({
    ...(standingOf && { standing: standingOf(file) }),
    ...(predictedOf && { predicted: predictedOf(file) }),
  });
}

/** Parts of a record that are read from tables of their own. */
const rowsOfTheirOwn = ['reach', 'touches', 'behaviour'] as const;

/** Holds of everybody of whom the rule may yet hold, by the file and what the last night froze alone. */
function boundOf(rule: SegmentRule, context: RuleContext): SegmentPredicate {
  const bound = couldHold(rule, ({ field }) => rowsOfTheirOwn.every((part) => part !== partOf(field)));
  return typeof bound === 'boolean' ? () => bound : compileRule(bound, context);
}

type PartsOf = (file: CustomerFile) => RecordParts;
type Reads = Readonly<Record<(typeof rowsOfTheirOwn)[number], boolean>>;

function partsReader(
  reads: Reads,
  settings: Settings,
  asOf: Instant,
  known: (file: CustomerFile) => RecordParts | undefined,
  deps: RuleDeps,
): (files: readonly CustomerFile[]) => Promise<PartsOf> {
  return async (files) => {
    const [reachOf, touchesOf, behaviour] = await Promise.all([
      reads.reach ? readReach(files, settings, asOf, deps) : undefined,
      reads.touches ? readTouches(files, deps) : undefined,
      reads.behaviour ? readBehaviourOfAll(files, asOf, deps.behaviour) : undefined,
    ]);
    return (file) => ({
      ...known(file),
      ...(reachOf && { reach: reachPart(reachOf(file.id, 'sms'), reachOf(file.id, 'email')) }),
      ...(touchesOf && { touches: touchesOf(file) }),
      ...(behaviour && { behaviour: { events: timesByType(behaviour.get(file.id) ?? []) } }),
    });
  };
}

function reachPart(sms: Reach, email: Reach): NonNullable<RecordParts['reach']> {
  return {
    consent: { sms: sms.consent, email: email.consent },
    reachable: { sms: sms.reachable, email: email.reachable },
  };
}

/** Customers whose messages are read at once. */
const lanes = 16;

async function readTouches(
  files: readonly CustomerFile[],
  { touches: store }: Pick<LiveDeps, 'touches'>,
): Promise<(file: CustomerFile) => NonNullable<RecordParts['touches']>> {
  const found = new Map<string, Touch[]>();
  await inLanes(files, lanes, async (file) => void found.set(file.id, await allTouches(file, store)));
  return ({ id }) => momentsOf(found.get(id) ?? []);
}

/** What may have gone out counts, as it does in the caps; a message opened twice was opened once. */
function momentsOf(touches: readonly Touch[]): NonNullable<RecordParts['touches']> {
  const times = (moment: (touch: Touch) => Instant | undefined) => touches.flatMap((touch) => moment(touch) ?? []);
  return {
    touched: times(({ state, sentAt, claim }) =>
      state === 'sent' || state === 'unconfirmed' ? (sentAt ?? claim?.at) : undefined,
    ),
    opened: times(({ reactions }) => reactions.opened),
    clicked: times(({ reactions }) => reactions.clicked),
  };
}

/** The rule with the ids of today in place of those that customers had before a merge: they keep resolving (DOMAIN 2). */
export async function withPresentIds(rule: SegmentRule, store: Pick<CustomerStore, 'readFiles'>): Promise<SegmentRule> {
  const named = new Set<string>(idsIn(rule));
  if (named.size === 0) return rule;
  const { idOf } = await resolveFiles(named, store);
  return renamed(rule, (id) => idOf(id) ?? id);
}

function idsIn(rule: SegmentRule): string[] {
  if ('field' in rule) return rule.field === 'id' ? [rule.value].flat().map(String) : [];
  if ('not' in rule) return idsIn(rule.not);
  return ('all' in rule ? rule.all : rule.any).flatMap(idsIn);
}

function renamed(rule: SegmentRule, present: (id: string) => string): SegmentRule {
  if ('all' in rule) return { all: rule.all.map((child) => renamed(child, present)) };
  if ('any' in rule) return { any: rule.any.map((child) => renamed(child, present)) };
  if ('not' in rule) return { not: renamed(rule.not, present) };
  if (rule.field !== 'id') return rule;
  const { value } = rule;
  return {
    ...rule,
    value: typeof value === 'object' ? value.map((id) => present(String(id))) : present(String(value)),
  };
}
