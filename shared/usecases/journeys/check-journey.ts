import { InvalidInputError, type WrongField } from '../../domain/errors.ts';
import type { JourneyDefinition, Step } from '../../domain/journeys/journey.ts';
import { journeyProblems, type NamedElsewhere, namedIn } from '../../domain/journeys/journey-problems.ts';
import { locales } from '../../domain/messages/template.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import type { CouponReader } from '../coupons/coupon-ports.ts';
import type { TemplateReader } from '../marketing-ports.ts';
import type { Clock, SegmentStore, SettingsReader, ShopReader } from '../ports.ts';
import { wrongNamesIn } from '../segments/save-segment.ts';

export interface CheckDeps {
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly shops: Pick<ShopReader, 'shop'>;
  readonly templates: TemplateReader;
  readonly couponStore: Pick<CouponReader, 'coupon'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/**
 * Refuses a definition that says something against itself, or names what is not there.
 * @throws InvalidInputError with the place of each problem
 */
export async function checkJourney(definition: JourneyDefinition, deps: CheckDeps): Promise<void> {
  const wrong = journeyProblems(definition);
  for (const { rule, path } of rulesIn(definition)) wrong.push(...(await wrongNamesIn(rule, deps, path)));
  for (const named of namedIn(definition)) {
    const message = await whyNotThere(named, deps);
    if (message !== undefined) wrong.push({ field: named.field, message });
  }
  if (wrong.length > 0) throw new InvalidInputError(unique(wrong));
}

/** A template that is missing on two channels is told twice; the same words once are enough. */
function unique(wrong: readonly WrongField[]): WrongField[] {
  return [...new Map(wrong.map((one) => [`${one.field} ${one.message}`, one])).values()];
}

interface PlacedRule {
  readonly rule: SegmentRule;
  readonly path: string;
}

function rulesIn({ filter, steps }: JourneyDefinition): PlacedRule[] {
  return [...(filter ? [{ rule: filter, path: 'filter' }] : []), ...rulesOfSteps(steps, 'steps')];
}

function rulesOfSteps(steps: readonly Step[], path: string): PlacedRule[] {
  return steps.flatMap((step, index) => {
    if (!('branch' in step)) return [];
    const at = `${path}[${index}].branch`;
    const { if: condition, yes, no } = step.branch;
    const own = 'rule' in condition ? [{ rule: condition.rule, path: `${at}.if.rule` }] : [];
    return [...own, ...rulesOfSteps(yes, `${at}.yes`), ...rulesOfSteps(no, `${at}.no`)];
  });
}

async function whyNotThere(named: NamedElsewhere, deps: CheckDeps): Promise<string | undefined> {
  const { kind, id } = named;
  switch (kind) {
    case 'shop':
      return (await deps.shops.shop(id)) ? undefined : 'is no shop of this workspace';
    case 'segment':
      return (await deps.segments.readSegment(id)) ? undefined : 'is no segment of this workspace';
    case 'tier': {
      const { tiers } = await deps.settings.settings(deps.clock.now());
      return tiers.levels.some((level) => level.id === id) ? undefined : 'is no tier of the settings';
    }
    case 'coupon': {
      const coupon = await deps.couponStore.coupon(id);
      return coupon && coupon.endedAt === undefined ? undefined : 'is no coupon that is given';
    }
    case 'template':
      return whyNoTemplate(named, deps);
  }
}

async function whyNoTemplate(
  { id, channel = 'email', class: wanted }: NamedElsewhere,
  { templates }: CheckDeps,
): Promise<string | undefined> {
  const template = await templates.template(id, channel, locales[0]);
  if (!template) return `is no template for ${channel}`;
  return wanted === undefined || template.class === wanted ? undefined : `is a template of class ${template.class}`;
}
