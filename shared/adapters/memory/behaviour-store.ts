import { type BehaviourRow, emptyBehaviour } from '../../domain/behaviour/behaviour.ts';
import type { BehaviourStore } from '../../usecases/behaviour/behaviour-ports.ts';
import { ConflictError, type Versioned } from '../../usecases/ports.ts';
import type { MemoryCustomerStore } from './customer-store.ts';

/** What customers did, in memory beside their files: for fast tests. */
export class MemoryBehaviourStore implements BehaviourStore {
  readonly rows = new Map<string, Versioned<BehaviourRow>>();
  readonly #customers: Pick<MemoryCustomerStore, 'files'>;

  constructor(customers: Pick<MemoryCustomerStore, 'files'>) {
    this.#customers = customers;
  }

  async readBehaviour(customers: Iterable<string>): Promise<Map<string, Versioned<BehaviourRow>>> {
    const row = (id: string) => this.rows.get(id) ?? { value: emptyBehaviour(id), version: 0 };
    return new Map([...customers].map((id) => [id, row(id)]));
  }

  async saveBehaviour({ value, version }: Versioned<BehaviourRow>, fileVersion: number): Promise<void> {
    const { customer } = value;
    const isAsRead = (this.rows.get(customer)?.version ?? 0) === version;
    if (!isAsRead || this.#customers.files.get(customer)?.version !== fileVersion) {
      throw new ConflictError('changed meanwhile');
    }
    this.rows.set(customer, { value, version: version + 1 });
  }

  async removeBehaviour(customers: Iterable<string>): Promise<void> {
    for (const id of customers) this.rows.delete(id);
  }
}
