import { dayOf } from '../../domain/calendar.ts';
import type { Stage } from '../../domain/life-cycle/stage.ts';
import { boughtBy, PurchaseTally } from '../../domain/recommendations/purchase-tally.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { CustomerMeasures } from '../../domain/value/nightly-limits.ts';
import type { OpenTag } from '../../domain/value/rule-tags.ts';
import type { FileOrRedirect, Versioned } from '../ports.ts';
import type { CensusDeps, CensusPart, Collection } from './census-parts.ts';
import type { FactsFiles, StageCounts } from './census-ports.ts';
import { customerFrame, factsOfCustomer, noTags, scoreColumns } from './facts-of-customer.ts';

/** What the scores of a chunk's customers follow from, once everybody is counted. */
export interface ScoreNotes {
  /** See `measuresIn`. */
  readonly measures: readonly number[];
  /** Lists as JSON text, by place: of the few who bear tags beside the pyramid's. */
  readonly tags: Readonly<Record<number, string>>;
  /** Missing where a version before this one began the census. */
  readonly openTags?: OpenTagNotes;
}

/** Tags that hang on the scores: each that occurs, once, and by place which of them a customer may bear. */
export interface OpenTagNotes {
  readonly list: readonly OpenTag[];
  readonly of: Readonly<Record<number, readonly number[]>>;
}

/** What a chunk of customers brings to the limits, and where the ids of files that were merged lead to. */
export interface CustomerSample extends Pick<ScoreNotes, 'measures'> {
  readonly aliases: readonly (readonly [alias: string, customer: string])[];
  /** Customers per stage; missing where a version before this one began the census. */
  readonly stages?: StageCounts['counts'];
}

/** Names of what a chunk of customers keeps for the close of its census. */
export const customerNotes = {
  sample: (name: string) => `sample-${name}`,
  tally: (name: string) => `tally-${name}`,
};

/** Numbers of one customer's measures among those of a chunk. */
const measureCells = 9;

function cellsOf({ rfm, history, yearAmount }: CustomerMeasures): number[] {
  const scored = rfm ? [rfm.r, rfm.f, rfm.m] : [0, 0, 0];
  const bought = history
    ? [history.repeats, history.lastAfter, history.knownFor, history.amount, history.repeatAmount]
    : [-1, 0, 0, 0, 0];
  return [...scored, ...bought, yearAmount];
}

/** The measures of a chunk's customers, in their order. They are kept as bare numbers: a base is read twice a night. */
export function* measuresIn({ measures: cells }: Pick<ScoreNotes, 'measures'>): Generator<CustomerMeasures> {
  for (let cell = 0; cell < cells.length; cell += measureCells) {
    const [r, f, m, repeats, lastAfter, knownFor, amount, repeatAmount, yearAmount] = cells.slice(
      cell,
      cell + measureCells,
    ) as [number, number, number, number, number, number, number, number, number];
    yield {
      rfm: f === 0 ? null : { r, f, m },
      history: repeats < 0 ? null : { repeats, lastAfter, knownFor, amount, repeatAmount },
      yearAmount,
    };
  }
}

/** Customers read at a time: about as many as one answer of the table has room for. */
const pageSize = 1000;

/** Gathers customers: their purchases are written at once, they themselves once scores can be given. */
export async function collectCustomers(
  { run, asOf, segment, segments }: CensusPart,
  settings: Settings,
  deps: Pick<CensusDeps, 'store' | 'facts' | 'identityHash'>,
): Promise<Collection<Versioned<FileOrRedirect>>> {
  const frame = customerFrame(asOf, settings, deps.identityHash);
  const today = dayOf(asOf, settings.timezone);
  let gathered = nothingGathered(deps.facts);
  return {
    get size() {
      return gathered.customers.size;
    },
    async readPage(after, take) {
      const { items: _none, ...page } = await deps.store.scanFiles(segment, segments, after, pageSize, (found) => {
        take(found);
        return false;
      });
      return page;
    },
    gather({ value }) {
      const facts = value.type === 'file' ? factsOfCustomer(value.file, frame) : undefined;
      if (value.type !== 'file' || !facts) return;
      if (facts.tags !== noTags) gathered.tags[gathered.customers.size] = facts.tags;
      gathered.openTags.add(gathered.customers.size, facts.openTags);
      gathered.customers.add(facts.customer);
      gathered.stages[facts.stage] = (gathered.stages[facts.stage] ?? 0) + 1;
      gathered.measures.push(...cellsOf(facts.measures));
      for (const purchase of facts.purchases) gathered.purchases.add(purchase);
      for (const line of facts.lines) gathered.lines.add(line);
      gathered.tally.add(boughtBy(value.file, asOf), today);
      for (const alias of value.file.aliases) gathered.aliases.push([alias, value.file.id]);
    },
    async write(name) {
      const { customers, measures, tags, openTags, purchases, lines, tally, aliases, stages } = gathered;
      gathered = nothingGathered(deps.facts);
      const notes: ScoreNotes = { measures, tags, openTags: openTags.notes };
      const sample: CustomerSample = { measures, aliases, stages };
      await purchases.write(run, name);
      await lines.write(run, name);
      await customers.begin(run, name, notes);
      await deps.facts.writeNotes(run, customerNotes.sample(name), sample);
      await deps.facts.writeNotes(run, customerNotes.tally(name), tally.notes());
      return { name, rows: { customers: customers.size, purchases: purchases.size, lines: lines.size } };
    },
  };
}

function nothingGathered(facts: FactsFiles) {
  return {
    customers: facts.beginRows('customers', scoreColumns),
    measures: [] as number[],
    tags: {} as Record<number, string>,
    openTags: new OpenTagGatherer(),
    purchases: facts.gatherRows('purchases'),
    lines: facts.gatherRows('lines'),
    tally: new PurchaseTally(),
    aliases: [] as [string, string][],
    stages: {} as Partial<Record<Stage, number>>,
  };
}

/** Most customers have the same few: they are told apart by their text. */
class OpenTagGatherer {
  readonly #list: OpenTag[] = [];
  readonly #places = new Map<string, number>();
  readonly #of: Record<number, readonly number[]> = {};

  add(customer: number, tags: readonly OpenTag[]): void {
    if (tags.length > 0) this.#of[customer] = tags.map((tag) => this.#placeOf(tag));
  }

  #placeOf(tag: OpenTag): number {
    const text = JSON.stringify(tag);
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#list.length);
    return this.#list.push(tag) - 1;
  }

  get notes(): OpenTagNotes {
    return { list: this.#list, of: this.#of };
  }
}
