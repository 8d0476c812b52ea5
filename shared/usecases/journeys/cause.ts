import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { Occurrence } from '../../domain/journeys/enter.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import type { Order } from '../../domain/orders/order.ts';

/** That a journey's trigger has come true for a customer. */
export interface Cause {
  readonly journey: Journey;
  readonly occurrence: Occurrence;
  readonly file: CustomerFile;
  /** The order it is about. */
  readonly order?: Order;
}
