import { activationRate, wakeUpRate } from './campaign-rates.ts';
import type { ReportDefinition } from './definition.ts';
import { lifecycle } from './lifecycle.ts';
import { membersByAmount, membersByOrders, membersByTier, membersByTime, pareto } from './members.ts';
import { messages } from './messages.ts';
import { hourWeekday, paymentRate, refundsByProduct, regionMonth } from './orders.ts';
import { activeArpu, averageOrder, repeatPurchaseRate, returningBuyers } from './purchase-rates.ts';
import { retention } from './retention.ts';

const all: readonly ReportDefinition[] = [
  lifecycle,
  repeatPurchaseRate,
  activeArpu,
  retention,
  wakeUpRate,
  activationRate,
  averageOrder,
  paymentRate,
  returningBuyers,
  membersByAmount,
  membersByOrders,
  membersByTier,
  membersByTime,
  pareto,
  regionMonth,
  hourWeekday,
  refundsByProduct,
  messages,
];

/** Every report on the facts by its name (DOMAIN 11). */
export const reports: ReadonlyMap<string, ReportDefinition> = new Map(all.map((report) => [report.name, report]));
