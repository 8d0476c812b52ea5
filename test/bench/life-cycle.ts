import { purchasesOf } from '../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../shared/domain/customers/notice-customer.ts';
import { type Stage, stageOnDay, stages } from '../../shared/domain/life-cycle/stage.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { customerBase } from './customer-base.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { median } from './rounds.ts';

const customers = 200_000;
const rounds = 15;
const asOf = Date.UTC(2026, 10, 23, 19);
const today = Math.floor(asOf / 86_400_000);

export const lifeCycle: Measure = {
  name: 'life-cycle',
  how:
    `stageOnDay for ${customers.toLocaleString('en')} customers of 1 to 6 purchase days, each day array walked to find the purchases known by the ` +
    `as-of day first, counted per stage; one thread, ${rounds} rounds, median. For information: notice(), all that a night reckons of a stored file.`,
  async run() {
    const base = [...customerBase(5_000, 50, asOf)].map(({ file }) => file);
    const days = Array.from({ length: customers }, (_, number) => {
      const file = base[number % base.length];
      return Int32Array.from(file ? purchasesOf(file) : [], ({ day }) => day - (number % 97));
    });
    const perSecond: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const started = performance.now();
      const counts = countStages(days);
      const seconds = (performance.now() - started) / 1000;
      if ([...counts.values()].reduce((sum, count) => sum + count, 0) !== customers) throw new Error('lost a customer');
      if (round > 0) perSecond.push(customers / seconds);
    }
    return [
      atLeast('customers/s, stages from purchase days', median(perSecond), 2_000_000, '', 0),
      information('customers/s, a whole night visit without storage', median(noticing(base)), '', 0),
    ];
  },
};

function countStages(customers: readonly Int32Array[]): ReadonlyMap<Stage, number> {
  const counts = new Map<Stage, number>(stages.map((stage) => [stage, 0]));
  for (const days of customers) {
    let known = days.length;
    while (known > 0 && (days[known - 1] ?? 0) > today) known--;
    const stage = stageOnDay(days, known, today, defaultSettings.stages);
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  return counts;
}

/** @returns customers a second of each round */
function noticing(files: readonly Parameters<typeof purchasesOf>[0][]): number[] {
  return Array.from({ length: rounds }, () => {
    const started = performance.now();
    for (const file of files) noticeCustomer(file, asOf, 'time', defaultSettings);
    return files.length / ((performance.now() - started) / 1000);
  });
}
