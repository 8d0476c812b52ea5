import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { compareText } from '../../domain/orders/order.ts';
import { type EnrolmentStore, enrolmentEntry, type Membership } from '../../usecases/marketing-ports.ts';
import type { EnrolmentKey } from '../../usecases/messages/messaging-ports.ts';
import { ConflictError, type Versioned } from '../../usecases/ports.ts';

/** Customers on their way through journeys, in memory; passes the same suite as the DynamoDB one. */
export class MemoryEnrolmentStore implements EnrolmentStore {
  readonly enrolments = new Map<string, Versioned<Enrolment>>();
  readonly memberships = new Map<string, Versioned<Membership>>();

  async readEnrolments(keys: Iterable<EnrolmentKey>): Promise<ReadonlyMap<string, Versioned<Enrolment>>> {
    const names = [...keys].map(({ customer, entry }) => `${customer} ${entry}`);
    const found = names.flatMap((name) => {
      const one = this.enrolments.get(name);
      return one ? [[name, one] as const] : [];
    });
    return new Map(found);
  }

  async listEnrolments(customer: string, journey?: string): Promise<readonly Versioned<Enrolment>[]> {
    return [...this.enrolments.values()]
      .filter(({ value }) => value.customer === customer && (journey === undefined || value.journey === journey))
      .sort((a, b) => compareText(enrolmentEntry(a.value), enrolmentEntry(b.value)));
  }

  async saveEnrolment({ value, version }: Versioned<Enrolment>): Promise<void> {
    put(this.enrolments, `${value.customer} ${enrolmentEntry(value)}`, value, version);
  }

  async removeEnrolments(customer: string): Promise<void> {
    for (const table of [this.enrolments, this.memberships]) {
      for (const [name, { value }] of table) if (value.customer === customer) table.delete(name);
    }
  }

  async readMemberships(
    journey: string,
    customers: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<Membership>>> {
    const none = (customer: string) => ({ value: { customer, journey, isIn: false }, version: 0 });
    return new Map(customers.map((id) => [id, this.memberships.get(`${id} ${journey}`) ?? none(id)]));
  }

  async saveMembership({ value, version }: Versioned<Membership>): Promise<void> {
    put(this.memberships, `${value.customer} ${value.journey}`, value, version);
  }

  /** Those that wait for a moment. */
  *due(): Iterable<EnrolmentKey & { readonly dueAt: number }> {
    for (const { value } of this.enrolments.values()) {
      const { customer, state, dueAt } = value;
      if (state === 'active' && dueAt !== undefined) yield { customer, entry: enrolmentEntry(value), dueAt };
    }
  }
}

function put<T>(table: Map<string, Versioned<T>>, name: string, value: T, version: number): void {
  if ((table.get(name)?.version ?? 0) !== version) throw new ConflictError(name);
  table.set(name, { value, version: version + 1 });
}
