import type { ServiceCase } from '../../domain/cases/case.ts';
import { silenceOfCase } from '../../domain/cases/case-life.ts';
import { withSilence } from '../../domain/contact-policy/standing.ts';
import { compareText } from '../../domain/orders/order.ts';
import type { CaseStore } from '../../usecases/marketing-ports.ts';
import type { TouchStore } from '../../usecases/messages/messaging-ports.ts';
import { ConflictError, type Versioned } from '../../usecases/ports.ts';

/** Cases in memory, their silences in a store of touches; passes the same suite as the DynamoDB one. */
export function memoryCaseStore(touches: Pick<TouchStore, 'readLive' | 'commit'>): CaseStore {
  const cases = new Map<string, Versioned<ServiceCase>>();
  return {
    readCase: async (id) => cases.get(id),
    async listCases(filter, after, limit) {
      const placeOf = ({ id, dueAt }: ServiceCase) =>
        'open' in filter && filter.open ? `${new Date(dueAt).toISOString()}#${id}` : id;
      const all = [...cases.values()]
        .filter(({ value }) => isListed(value, filter))
        .sort((a, b) => compareText(placeOf(a.value), placeOf(b.value)))
        .filter(({ value }) => after === undefined || placeOf(value) > after);
      const items = all.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(all.length > limit && last && { next: placeOf(last.value) }) };
    },
    async saveCase({ value, version }) {
      if ((cases.get(value.id)?.version ?? 0) !== version) throw new ConflictError(`case ${value.id}`);
      const row = (await touches.readLive({ contacts: [value.customer] })).contacts.get(value.customer);
      const silent = row && withSilence(row.value, silenceOfCase(value));
      if (silent && silent !== row.value) await touches.commit({ contacts: [{ value: silent, version: row.version }] });
      cases.set(value.id, { value, version: version + 1 });
    },
  };
}

function isListed(one: ServiceCase, filter: Parameters<CaseStore['listCases']>[0]): boolean {
  if ('customer' in filter) return one.customer === filter.customer;
  if (!filter.open) return true;
  return one.resolvedAt === undefined && one.dueAt < (filter.dueBefore ?? Number.POSITIVE_INFINITY);
}
