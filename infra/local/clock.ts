/**
 * The one clock of a local stack: real time plus an offset, in memory that all worker threads share. Functions and
 * engines see it because the runner replaces `Date` before it loads them; bundles themselves are never touched.
 */
export class Clock {
  readonly #offset: Float64Array;
  readonly shared: SharedArrayBuffer;

  constructor() {
    this.shared = new SharedArrayBuffer(8);
    this.#offset = new Float64Array(this.shared);
  }

  get offset(): number {
    return this.#offset[0] ?? 0;
  }

  now(): Date {
    return new Date(Date.now() + this.offset);
  }

  set(time: Date): void {
    this.#offset[0] = time.getTime() - Date.now();
  }
}

/** Replaces the global `Date` so that the current time carries an offset in milliseconds; arguments stay as they are. */
export function shiftDate(offset: () => number): void {
  const RealDate = globalThis.Date;
  const realNow = RealDate.now.bind(RealDate);
  const now = () => Math.floor(realNow() + offset());
  const ShiftedDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.now = now;
  RealDate.prototype.constructor = ShiftedDate;
  globalThis.Date = ShiftedDate;
}

/** The reading side of a shared clock, for a worker thread. */
export function sharedOffset(shared: SharedArrayBuffer): () => number {
  const view = new Float64Array(shared);
  return () => view[0] ?? 0;
}
