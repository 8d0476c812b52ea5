import type { Instant } from '../calendar.ts';
import { type CustomerFile, emptyFile } from '../customers/customer-file.ts';
import { compileRule } from '../segments/compile.ts';
import { compileOpenRule } from '../segments/open-rule.ts';
import type { RuleContext, SegmentRecord } from '../segments/record.ts';
import { recordMaker } from '../segments/record-of-customer.ts';
import { fieldsOf, type SegmentRule } from '../segments/rule.ts';
import type { Settings } from '../settings/settings.ts';

/** Tags that the rules of the settings give (DOMAIN 5), in the order of the rules. */

/** What rules ask of a standing. */
export type StandingForRules = Pick<SegmentRecord, 'rfm' | 'tier' | 'points' | 'tags'>;

/** @param standing is reckoned only where a rule is to be asked */
type RuleTagReader<Tags> = (file: CustomerFile, standing: () => StandingForRules) => Tags;

export function ruleTagReader(settings: Settings, asOf: Instant): RuleTagReader<string[]> {
  const context = contextOf(settings, asOf);
  const tests = settings.tagRules.map(({ tag, rule }) => ({ tag, holds: compileRule(rule, context) }));
  const recordOf = recordForTags(settings, asOf);
  return (file, standing) => {
    if (tests.length === 0) return [];
    const record = recordOf(file, { standing: standing() });
    return tests.flatMap(({ tag, holds }) => (holds(record) ? [tag] : []));
  };
}

/** A tag that hangs on the scores, and what is left of its rule: it asks of them only. */
export interface OpenTag {
  readonly tag: string;
  readonly rule: SegmentRule;
}

/** Tags while scores are not known yet, which only everybody together give. */
export interface TagsBeforeScores {
  readonly settled: readonly string[];
  readonly open: readonly OpenTag[];
}

/** The same without the scores of the standing, whatever they are. */
export function openTagReader(settings: Settings, asOf: Instant): RuleTagReader<TagsBeforeScores> {
  const context = contextOf(settings, asOf);
  const tests = settings.tagRules.map(({ tag, rule }) => ({ tag, leftOf: compileOpenRule(rule, isScore, context) }));
  const recordOf = recordForTags(settings, asOf);
  return (file, standing) => {
    if (tests.length === 0) return noTags;
    const record = recordOf(file, { standing: standing() });
    const lefts = tests.map(({ tag, leftOf }) => ({ tag, rule: leftOf(record) }));
    return {
      settled: lefts.flatMap(({ tag, rule }) => (rule === true ? [tag] : [])),
      open: lefts.flatMap(({ tag, rule }) => (typeof rule === 'boolean' ? [] : [{ tag, rule }])),
    };
  };
}

const noTags: TagsBeforeScores = { settled: [], open: [] };

/** Whether an open tag is given, once the scores are there. */
export function scoredTagTest(
  { rule }: OpenTag,
  settings: Settings,
  asOf: Instant,
): (scores: StandingForRules['rfm']) => boolean {
  const holds = compileRule(rule, contextOf(settings, asOf));
  const unscored = recordMaker(new Set(), settings, asOf)(emptyFile(''));
  return (rfm) => holds({ ...unscored, rfm });
}

function isScore(field: string): boolean {
  return field.startsWith('rfm.');
}

function contextOf({ timezone, baseCurrency, regionGroups }: Settings, asOf: Instant): RuleContext {
  return { asOf, zone: timezone, baseCurrency, regionGroups };
}

function recordForTags(settings: Settings, asOf: Instant) {
  const fields = new Set(settings.tagRules.flatMap(({ rule }) => [...fieldsOf(rule)]));
  return recordMaker(fields, settings, asOf);
}
