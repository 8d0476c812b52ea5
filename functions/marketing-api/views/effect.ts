import type { EffectReportJson, TouchReportJson } from '../../../shared/contracts/http/effect.ts';
import { moneyView } from '../../../shared/contracts/http/values.ts';
import type { Lift } from '../../../shared/domain/effect/lift.ts';
import type { ArmReport, TouchReport } from '../../../shared/domain/effect/report-of-touches.ts';
import { minorOf } from '../../../shared/domain/messages/message-price.ts';
import type { Settings } from '../../../shared/domain/settings/settings.ts';
import type { OriginReport } from '../../../shared/usecases/effect/report-of-origin.ts';

/** What came of a campaign's or a journey's messages, as the API tells it. */
export function effectView({ all, groups }: OriginReport, settings: Settings): EffectReportJson {
  const { baseCurrency: currency, attributionDays } = settings;
  return {
    ...countsView(all, currency),
    attributionDays,
    arms: { treated: armView(all.arms.treated, currency), holdout: armView(all.arms.holdout, currency) },
    lift: liftView(all.lift),
    groups: Object.fromEntries([...groups].sort().map(([name, report]) => [name, countsView(report, currency)])),
  };
}

function countsView(report: TouchReport, currency: string): TouchReportJson {
  const money = (amount: number) => moneyView({ amount, currency });
  const messages = minorOf(report.cost, currency);
  const cost = messages + report.discount;
  const { planned, sent, skipped, failed, unconfirmed, pending, holdout, parts, buyers, orders, reactions } = report;
  return {
    planned,
    sent,
    skipped,
    failed,
    unconfirmed,
    pending,
    holdout,
    delivered: reactions.delivered ?? 0,
    bounced: reactions.bounced ?? 0,
    complained: reactions.complained ?? 0,
    opened: reactions.opened ?? 0,
    clicked: reactions.clicked ?? 0,
    machineOpened: reactions.machineOpened ?? 0,
    machineClicked: reactions.machineClicked ?? 0,
    unsubscribed: reactions.unsubscribed ?? 0,
    parts,
    buyers,
    orders,
    revenue: money(report.revenue),
    cost: money(cost),
    costs: { messages: money(messages), discount: money(report.discount) },
    margin: report.margin === undefined ? null : money(report.margin),
    // Of the cost the discount has been taken off revenue and margin already.
    roi: cost === 0 ? null : ((report.margin ?? report.revenue) - messages) / cost,
  };
}

function armView({ customers, buyers, revenue }: ArmReport, currency: string): EffectReportJson['arms']['treated'] {
  return { customers, buyers, revenue: moneyView({ amount: revenue, currency }) };
}

function liftView(lift: Lift): EffectReportJson['lift'] {
  if (lift.type === 'undecided') return { undecided: true, needed: lift.needed ?? null, value: lift.value ?? null };
  const { value, low, high } = lift;
  return { value, low, high };
}
