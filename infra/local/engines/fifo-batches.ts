/**
 * fauxqs hands out one message per FIFO group and receive. SQS hands out as many of a group as fit, in order, and
 * locks the group until all of them are deleted or visible again: a consumer must cope with such batches, so they are
 * produced here too.
 */
interface Message {
  readonly messageId: string;
  readonly messageGroupId?: string;
  readonly sequenceNumber?: string;
}

interface Received {
  readonly MessageId: string;
}

export interface Queue {
  readonly fifoMessages: Map<string, Message[]>;
  readonly fifoLockedGroups: Map<string, number>;
  isFifo(): boolean;
  processTimers(): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  dequeueFifo(max: number, visibility: number | undefined, deadLetters: unknown): Received[];
}

export interface QueueClass {
  readonly prototype: Queue;
}

const inOrder = (a: Message, b: Message) => (a.sequenceNumber ?? '').localeCompare(b.sequenceNumber ?? '');

/** Messages come back one by one; the group must be in order again before anyone receives from it. */
function restoreOrder(queue: Queue): void {
  for (const messages of queue.fifoMessages.values()) if (messages.length > 1) messages.sort(inOrder);
}

export function batchFifoGroups({ prototype }: QueueClass): void {
  const { dequeueFifo, processTimers, changeVisibility } = prototype;

  prototype.processTimers = function (this: Queue) {
    processTimers.call(this);
    if (this.isFifo()) restoreOrder(this);
  };

  prototype.changeVisibility = function (this: Queue, receiptHandle, seconds) {
    changeVisibility.call(this, receiptHandle, seconds);
    if (seconds === 0 && this.isFifo()) restoreOrder(this);
  };

  prototype.dequeueFifo = function (this: Queue, max, visibility, deadLetters) {
    const locked = new Map(this.fifoLockedGroups);
    const received: Received[] = [];
    for (;;) {
      const more = dequeueFifo.call(this, max - received.length, visibility, deadLetters);
      received.push(...more);
      if (more.length === 0 || received.length >= max) break;
      openGroups(this, locked);
    }
    lockGroups(this, locked);
    return received;
  };
}

/** For this one receive the groups it has begun stay open; their counts are put aside. */
function openGroups(queue: Queue, lockedBefore: ReadonlyMap<string, number>): void {
  for (const [group, count] of queue.fifoLockedGroups) {
    if (lockedBefore.has(group)) continue;
    begun(queue).set(group, (begun(queue).get(group) ?? 0) + count);
    queue.fifoLockedGroups.delete(group);
  }
}

function lockGroups(queue: Queue, lockedBefore: ReadonlyMap<string, number>): void {
  for (const [group, count] of begun(queue)) {
    if (lockedBefore.has(group)) continue;
    queue.fifoLockedGroups.set(group, (queue.fifoLockedGroups.get(group) ?? 0) + count);
  }
  begun(queue).clear();
}

const begunGroups = new WeakMap<Queue, Map<string, number>>();

function begun(queue: Queue): Map<string, number> {
  const groups = begunGroups.get(queue) ?? new Map<string, number>();
  begunGroups.set(queue, groups);
  return groups;
}
