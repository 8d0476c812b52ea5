import type { Day, Instant } from '../calendar.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { handTagsOf } from '../customers/tags.ts';
import { nextStageStep, type Stage, stageAt, stageSince } from '../life-cycle/stage.ts';
import { compileRule } from '../segments/compile.ts';
import type { RuleContext, SegmentRecord } from '../segments/record.ts';
import { recordMaker } from '../segments/record-of-customer.ts';
import { fieldsOf } from '../segments/rule.ts';
import type { Settings } from '../settings/settings.ts';
import { earliest, type Membership, membershipAt, membershipBalance, membershipChangeAt } from './membership.ts';
import type { NightlyLimits } from './nightly-limits.ts';
import type { PointsAccount } from './points.ts';
import { type Preferences, preferencesOf } from './preferences.ts';
import { type PyramidGroup, pyramidDays, pyramidGroupOf } from './pyramid.ts';
import { type RfmScores, rfmGroupOf, rfmScoresOf } from './rfm.ts';
import type { RfmGroup } from './rfm-groups.ts';
import { rfmValuesAt } from './rfm-values.ts';
import type { TierRule } from './tier-rules.ts';
import { valueRulesOf } from './value-rules.ts';
import { type ValuedPurchase, valuedPurchases } from './valued-purchase.ts';

/** Scores, and the group where a population is known. */
export interface RfmStanding extends RfmScores {
  readonly group?: RfmGroup;
}

/** Where a customer stands at a moment: a pure function of the file, the settings and last night's limits. */
export interface CustomerStanding {
  readonly stage: Stage;
  /** Absent for a prospect. */
  readonly stageSince?: Day;
  /** Absent for who bought nothing in the window, or while no limits are known. */
  readonly rfm?: RfmStanding;
  /** Absent for who has none. */
  readonly tier?: TierRule;
  readonly tierSince?: Instant;
  /** The tier would be lower but for a grant by hand. */
  readonly isTierGranted: boolean;
  readonly points: PointsAccount;
  /** By hand or by import; sorted. */
  readonly handTags: readonly string[];
  /** By a rule of the settings, or by the pyramid; sorted. */
  readonly ruleTags: readonly string[];
  /** Of either kind, each once; sorted. */
  readonly tags: readonly string[];
  readonly preferences: Preferences;
  /** When stage, tier or points next change if nothing comes. */
  readonly nextChangeAt?: Instant;
}

/** One customer's standing; `standingReader` for many. */
export function customerStanding(
  file: CustomerFile,
  settings: Settings,
  limits: NightlyLimits | undefined,
  asOf: Instant,
): CustomerStanding {
  return standingReader(settings, limits, asOf)(file);
}

/** Makes ready, once, what all customers are measured by at a moment. */
export function standingReader(
  settings: Settings,
  limits: NightlyLimits | undefined,
  asOf: Instant,
): (file: CustomerFile) => CustomerStanding {
  const { stages, timezone } = settings;
  const ruleTagsOf = ruleTagReader(settings, limits, asOf);
  return (file) => {
    const purchases = purchasesOf(file);
    const membership = membershipAt(file, settings, asOf);
    const since = stageSince(purchases, asOf, stages, timezone);
    const rfm = rfmOf(membership.purchases, settings, limits, asOf);
    const nextStage = nextStageStep(purchases, asOf, stages, timezone);
    const handTags = handTagsOf(file);
    const ruleTags = ruleTagsOf(file, membership, rfm);
    const nextChangeAt = earliest(nextStage?.at, membershipChangeAt(membership));
    return {
      stage: stageAt(purchases, asOf, stages, timezone),
      ...(since !== undefined && { stageSince: since }),
      ...(rfm && { rfm }),
      ...tierOf(membership),
      points: membership.points,
      handTags,
      ruleTags,
      tags: [...new Set([...handTags, ...ruleTags])].sort(),
      preferences: preferencesOf(purchases, asOf, settings),
      ...(nextChangeAt !== undefined && { nextChangeAt }),
    };
  };
}

/** What the facts of a night say of a standing; tags apart from the pyramid's. */
export interface FactsStanding extends Pick<CustomerStanding, 'stage' | 'stageSince' | 'handTags' | 'ruleTags'> {
  /** Id of the tier. */
  readonly tier?: string;
  /** Balance of points. */
  readonly points: number;
}

/** The same as `standingReader` has it, and nothing else of it: a census reckons it for every customer. */
export function factsStandingReader(
  settings: Settings,
  limits: NightlyLimits | undefined,
  asOf: Instant,
): (file: CustomerFile) => FactsStanding {
  const { stages, timezone } = settings;
  const ownTagsOf = ownTagReader(settings, asOf);
  return (file) => {
    const purchases = valuedPurchases(file.orders, settings);
    const { tier, balance } = membershipBalance(file, purchases, settings, asOf);
    const since = stageSince(purchases, asOf, stages, timezone);
    const standing = () => forRules(tier.tier, balance, rfmOf(purchases, settings, limits, asOf), []);
    return {
      stage: stageAt(purchases, asOf, stages, timezone),
      ...(since !== undefined && { stageSince: since }),
      ...(tier.tier && { tier: tier.tier.id }),
      points: balance,
      handTags: handTagsOf(file),
      ruleTags: ownTagsOf(file, standing),
    };
  };
}

function tierOf({ tier }: Membership): Pick<CustomerStanding, 'tier' | 'tierSince' | 'isTierGranted'> {
  return {
    ...(tier.tier && { tier: tier.tier }),
    ...(tier.since !== undefined && { tierSince: tier.since }),
    isTierGranted: tier.isGranted,
  };
}

function rfmOf(
  purchases: readonly ValuedPurchase[],
  settings: Settings,
  limits: NightlyLimits | undefined,
  asOf: Instant,
): RfmStanding | undefined {
  const { rfm: rules } = valueRulesOf(settings);
  const values = rfmValuesAt(purchases, asOf, rules.windowDays, settings.timezone);
  const scores = values && rfmScoresOf(values, rules, limits?.rfmPopulation);
  if (!values || !scores) return undefined;
  const group = rfmGroupOf(values, rules, limits?.rfmPopulation);
  return { ...scores, ...(group && { group }) };
}

/** What rule tags ask of a membership. */
interface TagMembership extends Pick<Membership, 'purchases' | 'tier'> {
  readonly points: Pick<PointsAccount, 'balance'>;
}
type TagReader = (file: CustomerFile, membership: TagMembership, rfm: RfmStanding | undefined) => string[];

function ruleTagReader(settings: Settings, limits: NightlyLimits | undefined, asOf: Instant): TagReader {
  const ownTagsOf = ownTagReader(settings, asOf);
  return (file, { purchases, tier, points }, rfm) => {
    const own = ownTagsOf(file, () => forRules(tier.tier, points.balance, rfm, []));
    return [...pyramidOf(purchases, settings, limits, asOf), ...own].sort();
  };
}

type OwnTagReader = (file: CustomerFile, standing: () => ReturnType<typeof forRules>) => string[];

/** Tags by the rules of the settings, in their order. */
function ownTagReader(settings: Settings, asOf: Instant): OwnTagReader {
  const { timezone, baseCurrency, regionGroups, tagRules } = settings;
  const context: RuleContext = { asOf, zone: timezone, baseCurrency, regionGroups };
  const tests = tagRules.map(({ tag, rule }) => ({ tag, holds: compileRule(rule, context) }));
  const fields = new Set(tagRules.flatMap(({ rule }) => [...fieldsOf(rule)]));
  const recordOf = recordMaker(fields, settings, asOf);
  return (file, standing) => {
    if (tests.length === 0) return [];
    const record = recordOf(file, { standing: standing() });
    return tests.flatMap(({ tag, holds }) => (holds(record) ? [tag] : []));
  };
}

/** Where in the pyramid (DOMAIN 5); of a buyer it is not known before a census in this currency. */
function pyramidOf(
  purchases: readonly ValuedPurchase[],
  { timezone, baseCurrency }: Settings,
  limits: NightlyLimits | undefined,
  asOf: Instant,
): PyramidGroup[] {
  if (!purchases.some(({ paidAt }) => paidAt <= asOf)) return ['target'];
  if (limits?.rfmPopulation?.currency !== baseCurrency) return [];
  return [pyramidGroupOf(rfmValuesAt(purchases, asOf, pyramidDays, timezone)?.m ?? 0, limits.pyramid)];
}

/** What rules ask of a standing. */
export function standingForRules(standing: CustomerStanding): Pick<SegmentRecord, 'rfm' | 'tier' | 'points' | 'tags'> {
  const { tier, points, rfm, tags } = standing;
  return forRules(tier, points.balance, rfm, tags);
}

/**
 * What rules ask of a standing, and nothing else of it: a scan reckons it for every customer.
 * @param withTags false where no rule asks for tags
 */
export function rulesStandingReader(
  settings: Settings,
  limits: NightlyLimits | undefined,
  asOf: Instant,
  withTags: boolean,
): (file: CustomerFile) => ReturnType<typeof standingForRules> {
  const ruleTagsOf = ruleTagReader(settings, limits, asOf);
  return (file) => {
    const purchases = valuedPurchases(file.orders, settings);
    const { tier, balance } = membershipBalance(file, purchases, settings, asOf);
    const rfm = rfmOf(purchases, settings, limits, asOf);
    const ruleTags = () => ruleTagsOf(file, { purchases, tier, points: { balance } }, rfm);
    const tags = withTags ? [...new Set([...handTagsOf(file), ...ruleTags()])] : [];
    return forRules(tier.tier, balance, rfm, tags);
  };
}

function forRules(
  tier: TierRule | undefined,
  points: number,
  rfm: RfmStanding | undefined,
  tags: readonly string[],
): Pick<SegmentRecord, 'rfm' | 'tier' | 'points' | 'tags'> {
  return {
    rfm: rfm && { r: rfm.r, f: rfm.f, m: rfm.m, group: rfm.group },
    tier: tier?.id,
    points,
    tags,
  };
}
