import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { customerStore } from '../../shared/adapters/customers.ts';
import { type Day, endOfDay, parseDay } from '../../shared/domain/calendar.ts';
import type { Stage } from '../../shared/domain/life-cycle/stage.ts';
import { countStages } from '../../shared/usecases/life-cycle/report-lifecycle.ts';
import { startTables } from '../support/dynamodb-local.ts';
import { environmentOf, intakeOnTables, type WebhookEvent } from '../support/intake-on-tables.ts';
import { type Figure, information, type Measure } from './measure.ts';
import { inLanes, secondsOf } from './rounds.ts';

const lanes = 8;
const timezone = 'America/New_York';
/** Beside the project: the data have no licence that would let them be copied into it. */
const file =
  process.env.CDNOW_MASTER ?? fileURLToPath(new URL('../../../shared/data/CDNOW_master.txt', import.meta.url));

/** Rows of cdnow_master in the reference numbers, "Lifecycle stages, P = 90 days". */
const references: Readonly<Record<string, Partial<Record<Stage, number>>>> = {
  '1997-09-30': { returning_once: 2668, returning_repeat: 1559, silent: 3054, sleeping: 16_289, lost: 0 },
  '1998-06-30': { returning_once: 2090, returning_repeat: 1227, silent: 2057, sleeping: 2918, lost: 15_278 },
};

export const cdnow: Measure = {
  name: 'cdnow',
  how:
    `The full CDNOW cohort (69,659 orders of 23,570 customers) as signed webhooks by day through the handler on DynamoDB Local, ${lanes} at a time (what loses three times goes to the queue and is taken once more at the end); then the ` +
    'life-cycle report at both reference dates, every stage compared with the published reference counts.',
  async run(say) {
    if (!existsSync(file))
      return [{ what: 'stage counts', result: `skipped: no ${file} (CDNOW_MASTER=path names it)` }];
    const events = eventsOf(readFileSync(file, 'utf8'));
    const tables = await startTables();
    try {
      const intake = await intakeOnTables(tables, { timezone, settings: { baseCurrency: 'USD', timezone } });
      const again: WebhookEvent[] = [];
      let done = 0;
      const take = async (event: WebhookEvent) => {
        const { status, outcome } = await intake.deliver(event);
        if (outcome === 'queued') again.push(event);
        else if (outcome !== 'recorded') throw new Error(`${event.id} was answered ${status} ${outcome}`);
        if (++done % 10_000 === 0) say(`${done.toLocaleString('en')} of ${events.length.toLocaleString('en')} orders`);
      };
      const seconds = await secondsOf(async () => {
        await inLanes(lanes, events, take);
        await inLanes(1, again, take);
      });
      const store = customerStore(tables.client, environmentOf(tables.tableNames));
      const figures: Figure[] = [
        information('orders', events.length),
        information('events/s', events.length / seconds, '', 0),
        information('events queued after three lost tries, then recorded', again.length),
      ];
      for (const [date, expected] of Object.entries(references)) {
        const counts = await countStages(endOf(date), undefined, intake.settings, store);
        figures.push(comparison(date, counts, expected));
      }
      return figures;
    } finally {
      await tables.stop();
    }
  },
};

function endOf(date: string): number {
  return endOfDay(parseDay(date) as Day, timezone);
}

function comparison(
  date: string,
  counts: ReadonlyMap<Stage, number>,
  expected: Partial<Record<Stage, number>>,
): Figure {
  const told = [...counts].filter(([stage, count]) => count !== 0 || expected[stage] !== undefined);
  return {
    what: `stages as of ${date}`,
    target: 'equal to the reference',
    result: told.map(([stage, count]) => `${stage} ${count}`).join(', '),
    passed: [...counts].every(([stage, count]) => count === (expected[stage] ?? 0)),
  };
}

/** One paid order per line, at noon of its day: the file has days only. In the order of the days, as they came. */
function eventsOf(text: string): WebhookEvent[] {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/))
    .filter(([customer = '']) => /^\d+$/.test(customer));
  rows.sort(([, a = ''], [, b = '']) => Number(a) - Number(b));
  return rows.map(([customer = '', date = '', pieces = '0', dollars = '0'], index) => {
    const at = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T17:00:00Z`;
    const data = {
      id: String(index + 1),
      currency: 'USD',
      total: Number(dollars).toFixed(2),
      createdAt: at,
      paidAt: at,
      updatedAt: at,
      items: [{ productId: 'cd', title: 'CD', quantity: Number(pieces), price: '0.00' }],
      customer: { id: customer },
    };
    return { id: `cdnow-${index + 1}`, body: JSON.stringify({ type: 'order.updated', timestamp: at, data }) };
  });
}
