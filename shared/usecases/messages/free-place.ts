import { withoutClaim, withoutPlace } from '../../domain/contact-policy/places.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import { ConflictError, StoreBusyError, type Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import type { TouchChanges, TouchStore } from './messaging-ports.ts';

const maxTries = 6;

interface FreeDeps extends Retrying {
  readonly touches: TouchStore;
}

/**
 * Writes a claimed touch that is known not to have gone out, and gives back the place and the address it had taken. Who
 * gives up too soon forgets that it did not go out: once its lease is over it counts as if it had.
 * @returns the rows it was given back in, with the versions they had
 * @throws ConflictError when the touch itself was changed by somebody else, StoreBusyError when throttled all the time
 */
export async function freePlace(
  { value, version }: Versioned<Touch>,
  next: Touch,
  deps: FreeDeps,
): Promise<Required<Pick<TouchChanges, 'contacts' | 'addresses'>>> {
  const { claim } = value;
  const attempt = async () => {
    const taken = claim ? { contacts: [claim.customer], addresses: [claim.address] } : {};
    const live = await deps.touches.readLive(taken);
    const contacts = [...live.contacts.values()].flatMap((row) => changed(row, withoutPlace(row.value, value)));
    const addresses = [...live.addresses.values()].flatMap((row) => changed(row, withoutClaim(row.value, value)));
    await deps.touches.commit({ touches: [{ value: next, version }], contacts, addresses });
    return { contacts, addresses };
  };
  const isPassing = (error: unknown) => error instanceof ConflictError || error instanceof StoreBusyError;
  return retried(attempt, deps, maxTries, isPassing);
}

function changed<T>(row: Versioned<T>, value: T): Versioned<T>[] {
  return value === row.value ? [] : [{ ...row, value }];
}
