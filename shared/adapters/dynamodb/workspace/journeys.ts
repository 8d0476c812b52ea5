import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { hourMs } from '../../../domain/durations.ts';
import type { Journey, JourneyDefinition } from '../../../domain/journeys/journey.ts';
import type { JourneyStore } from '../../../usecases/marketing-ports.ts';
import type { Clock, Versioned } from '../../../usecases/ports.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import {
  type Item,
  itemKey,
  listItems,
  payloadOf,
  readItem,
  transact,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'journey';
const DEFINITIONS = 'journey-definition';
/** A definition never changes; the cache only has an end so that it does not grow. */
const definitionMs = hourMs;
const pageSize = 200;

/** As it is kept: checked whole when it was saved. One that was removed keeps its id, for touches and reports name it. */
type StoredJourney = Journey & { readonly removed?: true };

/**
 * Journeys by their id: those delivered with the product, as they are until the merchant changes them, and the merchant's
 * own. Every version of a definition is kept, so that customers in flight finish on theirs.
 * @param presets those delivered, as nobody has changed them
 */
export function dynamoJourneyStore(
  table: WorkspaceTable,
  clock: Clock,
  presets: readonly Journey[],
  cacheMs: number = CACHE_LIFETIME_MS,
): JourneyStore {
  const all = new BriefCache<readonly Versioned<Journey>[]>(clock, cacheMs);
  const definitions = new BriefCache<JourneyDefinition>(clock, definitionMs);
  const list = async () => overlaid(presets, await storedJourneys(table));
  const presetOf = (id: string) => presets.find((preset) => preset.id === id);
  return {
    async journeys() {
      return ((await all.get('all', list)) ?? []).map(({ value }) => value);
    },
    async definition(id, version) {
      const newest = (await all.get('all', list))?.find(({ value }) => value.id === id)?.value;
      if (newest?.version === version) return newest.definition;
      return definitions.get(`${id} ${version}`, () => readDefinition(table, id, version, presetOf(id)));
    },
    async readJourney(id) {
      const item = await readItem(table, KIND, id);
      const stored = item && journeyOf(item);
      if (stored) return stored.value.removed ? undefined : stored;
      const preset = presetOf(id);
      return preset && { value: preset, version: 0 };
    },
    listJourneys: list,
    async saveJourney(journey, change) {
      const puts = [...journeyPuts(table, journey), ...(change ? [auditPut(table, change)] : [])];
      await transact(table, puts);
      all.clear();
    },
    async removeJourney({ value, version }, change) {
      const removed: StoredJourney = { ...value, enabled: false, removed: true };
      await transact(table, [versionedPut(table, KIND, value.id, version, removed), auditPut(table, change)]);
      all.clear();
    },
  };
}

async function storedJourneys(table: WorkspaceTable): Promise<Versioned<StoredJourney>[]> {
  const found: Versioned<StoredJourney>[] = [];
  let after: string | undefined;
  do {
    const page = await listItems(table, { kind: KIND, after, limit: pageSize });
    found.push(...page.items.map(journeyOf));
    after = page.next;
  } while (after !== undefined);
  return found;
}

/** Presets first, in their own order, then the merchant's own by id. */
function overlaid(presets: readonly Journey[], stored: readonly Versioned<StoredJourney>[]): Versioned<Journey>[] {
  const byId = new Map(stored.map((one) => [one.value.id, one]));
  const delivered = presets.map((preset) => byId.get(preset.id) ?? { value: preset, version: 0 });
  const ids = new Set(presets.map(({ id }) => id));
  const own = stored.filter(({ value }) => !ids.has(value.id) && !value.removed);
  return [...delivered, ...own];
}

function journeyPuts(table: WorkspaceTable, { value, version }: Versioned<Journey>): TransactWriteItem[] {
  return [
    versionedPut(table, KIND, value.id, version, value),
    {
      Put: {
        TableName: table.name,
        Item: {
          ...itemKey(DEFINITIONS, definitionKey(value.id, value.version)),
          body: { S: JSON.stringify(value.definition) },
        },
      },
    },
  ];
}

async function readDefinition(
  table: WorkspaceTable,
  id: string,
  version: number,
  preset: Journey | undefined,
): Promise<JourneyDefinition | undefined> {
  const item = await readItem(table, DEFINITIONS, definitionKey(id, version));
  if (item) return payloadOf(item) as JourneyDefinition;
  return preset?.version === version ? preset.definition : undefined;
}

function definitionKey(id: string, version: number): string {
  return `${id}#${version}`;
}

function journeyOf(item: Item): Versioned<StoredJourney> {
  return { value: payloadOf(item) as StoredJourney, version: versionOf(item) };
}
