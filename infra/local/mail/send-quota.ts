import { dayMs } from '../../../shared/domain/durations.ts';
import type { Clock } from '../clock.ts';

export interface SendLimits {
  /** Mails a second. */
  readonly maxSendRate: number;
  readonly max24HourSend: number;
  /** Whether a send above the rate is refused; the day's quota always holds. */
  readonly enforceRate: boolean;
}

/** Counts of a quarter of an hour. */
export interface SendDataPoint {
  readonly timestamp: Date;
  deliveryAttempts: number;
  bounces: number;
  complaints: number;
  rejects: number;
}

interface Sent {
  readonly at: number;
  readonly recipients: number;
}

const quarterMs = 15 * 60 * 1000;

/** The provider's limits on sending, and its counts; days by the local clock, a second by the real one. */
export class SendQuota {
  readonly #clock: Clock;
  readonly #points = new Map<number, SendDataPoint>();
  #limits: SendLimits = { maxSendRate: 14, max24HourSend: 50_000, enforceRate: false };
  #day: Sent[] = [];
  #dayTotal = 0;
  #second: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get limits(): SendLimits {
    return this.#limits;
  }

  change(limits: Partial<SendLimits>): SendLimits {
    this.#limits = { ...this.#limits, ...limits };
    return this.#limits;
  }

  /** Why a mail to so many recipients is refused, in the words of SES; undefined when it is not. */
  refusal(recipients: number): string | undefined {
    const { max24HourSend, maxSendRate, enforceRate } = this.#limits;
    if (this.sentLast24Hours + recipients > max24HourSend) return 'Daily message quota exceeded.';
    if (!enforceRate) return undefined;
    const now = performance.now();
    this.#second = this.#second.filter((at) => at > now - 1000);
    return this.#second.length + recipients > maxSendRate ? 'Maximum sending rate exceeded.' : undefined;
  }

  countSend(recipients: number): void {
    this.#day.push({ at: this.#clock.now().getTime(), recipients });
    this.#dayTotal += recipients;
    if (this.#limits.enforceRate) for (let at = 0; at < recipients; at += 1) this.#second.push(performance.now());
    this.#point().deliveryAttempts += recipients;
  }

  countOutcome(type: 'bounce' | 'complaint' | 'reject', recipients: number): void {
    this.#point()[`${type}s`] += recipients;
  }

  get sentLast24Hours(): number {
    const from = this.#clock.now().getTime() - dayMs;
    const first = this.#day.findIndex(({ at }) => at > from);
    const expired = this.#day.splice(0, first < 0 ? this.#day.length : first);
    for (const { recipients } of expired) this.#dayTotal -= recipients;
    return this.#dayTotal;
  }

  /** Oldest first, two weeks at most. */
  dataPoints(): SendDataPoint[] {
    const from = this.#clock.now().getTime() - 14 * dayMs;
    return [...this.#points.values()].filter(({ timestamp }) => timestamp.getTime() > from);
  }

  #point(): SendDataPoint {
    const quarter = Math.floor(this.#clock.now().getTime() / quarterMs) * quarterMs;
    const point = this.#points.get(quarter) ?? {
      timestamp: new Date(quarter),
      deliveryAttempts: 0,
      bounces: 0,
      complaints: 0,
      rejects: 0,
    };
    this.#points.set(quarter, point);
    return point;
  }
}
