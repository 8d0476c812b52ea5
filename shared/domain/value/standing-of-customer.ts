import type { Day, Instant } from '../calendar.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { handTagsOf } from '../customers/tags.ts';
import { nextStageStep, type Stage, stageAt, stageSince } from '../life-cycle/stage.ts';
import type { Settings } from '../settings/settings.ts';
import { earliest, type Membership, membershipAt, membershipBalance, membershipChangeAt } from './membership.ts';
import type { NightlyLimits } from './nightly-limits.ts';
import type { PointsAccount } from './points.ts';
import { type Preferences, preferencesOf } from './preferences.ts';
import { type PyramidGroup, pyramidDays, pyramidGroupOf } from './pyramid.ts';
import { type RfmScores, rfmGroupOf, rfmScoresOf } from './rfm.ts';
import type { RfmGroup } from './rfm-groups.ts';
import { rfmValuesAt } from './rfm-values.ts';
import { openTagReader, ruleTagReader, type StandingForRules, type TagsBeforeScores } from './rule-tags.ts';
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
  const ruleTagsOf = derivedTagReader(settings, limits, asOf);
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

/** What the facts of a night say of a standing before everybody is counted. */
export interface FactsStanding extends Pick<CustomerStanding, 'stage' | 'stageSince' | 'handTags'> {
  /** Id of the tier. */
  readonly tier?: string;
  /** Balance of points. */
  readonly points: number;
  /** Apart from the pyramid's. */
  readonly ruleTags: TagsBeforeScores;
}

/** The same as `standingReader` has it, and nothing else of it: a census reckons it for every customer. */
export function factsStandingReader(settings: Settings, asOf: Instant): (file: CustomerFile) => FactsStanding {
  const { stages, timezone } = settings;
  const ruleTagsOf = openTagReader(settings, asOf);
  return (file) => {
    const purchases = valuedPurchases(file.orders, settings);
    const { tier, balance } = membershipBalance(file, purchases, settings, asOf);
    const since = stageSince(purchases, asOf, stages, timezone);
    return {
      stage: stageAt(purchases, asOf, stages, timezone),
      ...(since !== undefined && { stageSince: since }),
      ...(tier.tier && { tier: tier.tier.id }),
      points: balance,
      handTags: handTagsOf(file),
      ruleTags: ruleTagsOf(file, () => forRules(tier.tier, balance, undefined, [])),
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

function derivedTagReader(settings: Settings, limits: NightlyLimits | undefined, asOf: Instant): TagReader {
  const ruleTagsOf = ruleTagReader(settings, asOf);
  return (file, { purchases, tier, points }, rfm) => {
    const own = ruleTagsOf(file, () => forRules(tier.tier, points.balance, rfm, []));
    return [...pyramidOf(purchases, settings, limits, asOf), ...own].sort();
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
export function standingForRules(standing: CustomerStanding): StandingForRules {
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
): (file: CustomerFile) => StandingForRules {
  const ruleTagsOf = derivedTagReader(settings, limits, asOf);
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
): StandingForRules {
  return {
    rfm: rfm && { r: rfm.r, f: rfm.f, m: rfm.m, group: rfm.group },
    tier: tier?.id,
    points,
    tags,
  };
}
