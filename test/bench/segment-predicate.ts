import { compileRule } from '../../shared/domain/segments/compile.ts';
import type { RuleContext, SegmentRecord } from '../../shared/domain/segments/record.ts';
import { recordMaker } from '../../shared/domain/segments/record-of-customer.ts';
import { fieldsOf } from '../../shared/domain/segments/rule.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { customerBase } from './customer-base.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { median } from './rounds.ts';
import { tenConditions } from './segment-rules.ts';

const records = 20_000;
const passes = 10;
const rounds = 9;
const asOf = Date.UTC(2026, 10, 23, 19);
const context: RuleContext = {
  asOf,
  zone: defaultSettings.timezone,
  baseCurrency: defaultSettings.baseCurrency,
  regionGroups: {},
};

export const segmentPredicate: Measure = {
  name: 'segment-predicate',
  how:
    `A rule of 10 conditions (gender, region, stage, six on purchases, categories bought within a year), compiled once, asked of ` +
    `${records.toLocaleString('en')} records made of files of 1 to 6 orders, ${passes} times a round; by the processor time of the whole ` +
    `process, garbage collection included; median of ${rounds} rounds after one to warm up. For information: making the record as well.`,
  async run() {
    const files = [...customerBase(records, 200, asOf)].map(({ file }) => file);
    const make = recordMaker(fieldsOf(tenConditions), defaultSettings, asOf);
    const belongs = compileRule(tenConditions, context);
    const made: readonly SegmentRecord[] = files.map((file) => make(file));
    const members = made.filter(belongs).length;
    if (members === 0 || members === records) throw new Error('the rule holds of nobody, or of everybody');
    const asked = perSecond(() => count(made, belongs));
    const askedOfFiles = perSecond(() => count(files, (file) => belongs(make(file))));
    return [
      atLeast('customers/s, 10 conditions, one core', asked, 1_000_000, '', 0),
      information('customers/s, the record made of the file first', askedOfFiles, '', 0),
      information('of 100 customers belong', (100 * members) / records, '', 1),
    ];
  },
};

function perSecond(pass: () => number): number {
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage();
    for (let done = 0; done < passes; done++) pass();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) rates.push((records * passes) / ((user + system) / 1e6));
  }
  return median(rates);
}

function count<T>(all: readonly T[], belongs: (one: T) => boolean): number {
  let members = 0;
  for (const one of all) if (belongs(one)) members++;
  return members;
}
