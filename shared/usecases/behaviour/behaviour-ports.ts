import type { BehaviourRow } from '../../domain/behaviour/behaviour.ts';
import type { Versioned } from '../ports.ts';

/** What customers did lately, one row a customer. */
export interface BehaviourReader {
  /** A row for every id asked for; version 0 where there is none. Strongly consistent; one request for a hundred ids. */
  readBehaviour(customers: Iterable<string>): Promise<ReadonlyMap<string, Versioned<BehaviourRow>>>;
}

export interface BehaviourStore extends BehaviourReader {
  /**
   * Writes a row if it is at the version it was read at, and its customer's file still at `fileVersion`: nothing is kept of
   * somebody who was erased or merged meanwhile.
   * @throws ConflictError when one of them is not, StoreBusyError when throttled; then nothing is written
   */
  saveBehaviour(row: Versioned<BehaviourRow>, fileVersion: number): Promise<void>;
  /** Forgets everything of these ids. Whoever erases a customer does it after their file is gone: then no row comes again. */
  removeBehaviour(customers: Iterable<string>): Promise<void>;
}
