import type { LocalStack } from '../stack.ts';
import { apiClient } from './api-client.ts';
import { demoEvents } from './demo-orders.ts';
import { progressBar } from './progress-bar.ts';
import { sendWebhooks } from './send-webhook.ts';

const shop = 'demo';
const dayMs = 86_400_000;

interface Report {
  readonly asOf: string;
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Nothing stands for a screen's worth of what happened: orders in, one night, stages out. */
export async function runDemo(stack: LocalStack, adminKey: string): Promise<void> {
  const api = apiClient(stack.url, adminKey);
  const { items } = await api.call<{ items: { id: string }[] }>('GET', '/v1/shops');
  if (items.some(({ id }) => id === shop)) {
    process.stdout.write('The demo shop is there already; its orders are not sent again.\n');
    return;
  }
  const { secret } = await api.call<{ secret: string }>('POST', '/v1/shops', {
    id: shop,
    platform: 'generic',
    name: 'Demo tea shop',
    currency: 'CNY',
    timezone: 'Asia/Shanghai',
  });
  const now = stack.now().getTime();
  const events = demoEvents(now);
  stack.resetUsage();
  const started = performance.now();
  const target = { url: stack.url, shop, secret, now: () => stack.now().getTime() };
  await sendWebhooks(target, events, { onSent: progressBar('A year of orders', events.length) });
  await stack.idle();
  const intake = { seconds: (performance.now() - started) / 1000, usage: stack.usage() };

  const tonight = nextNight(now);
  const night = await stack.fireSchedule('nightly', tonight);
  const stages = await api.call<Report>('GET', `/v1/reports/lifecycle?asOf=${tonight.toISOString()}`);
  const migrations = await api.call<Report>(
    'GET',
    `/v1/reports/migrations?from=${dayText(now - 30 * dayMs)}&to=${dayText(tonight.getTime() + dayMs)}`,
  );
  process.stdout.write(screenful({ events: events.length, intake, night, stages, migrations }));
}

/** The moment the night is planned for, 19:00 UTC: brought forward, so that the screen need not wait for it. */
function nextNight(now: number): Date {
  const tonight = Math.floor(now / dayMs) * dayMs + 19 * 3_600_000;
  return new Date(tonight > now ? tonight : tonight + dayMs);
}

function dayText(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

type Screen = {
  readonly events: number;
  readonly intake: { readonly seconds: number; readonly usage: ReturnType<LocalStack['usage']> };
  readonly night: Awaited<ReturnType<LocalStack['fireSchedule']>>;
  readonly stages: Report;
  readonly migrations: Report;
};

function screenful({ events, intake, night, stages, migrations }: Screen): string {
  const { usage } = intake;
  const total = stages.rows.reduce((sum, row) => sum + Number(row[1]), 0);
  const changed = migrations.rows.reduce((sum, row) => sum + Number(row[3]), 0);
  const top = [...migrations.rows].sort((a, b) => Number(b[3]) - Number(a[3])).slice(0, 6);
  return [
    '',
    `Orders in    ${events} signed webhooks in ${intake.seconds.toFixed(1)} s`,
    `             ${usage.requests} DynamoDB requests (${perEvent(usage.requests, events)} an event), ` +
      `${Math.round(usage.readUnits)} read and ${Math.round(usage.writeUnits)} write units`,
    `One night    ${night.metrics.CustomersRead ?? 0} customers due, ${night.metrics.StageChanges ?? 0} changes of stage, ` +
      `${night.dynamodb.requests} requests, ${Math.round(night.dynamodb.readUnits + night.dynamodb.writeUnits)} units`,
    '',
    `Stages of ${total} customers as of ${stages.asOf}`,
    ...stages.rows.map(([stage, count]) => `  ${String(stage).padEnd(18)} ${bar(Number(count), total)} ${count}`),
    '',
    `Changes of stage in the last 30 days: ${changed}`,
    ...top.map(
      ([from, to, direction, count]) => `  ${`${from} -> ${to}`.padEnd(38)} ${String(direction).padEnd(9)} ${count}`,
    ),
    '',
    '',
  ].join('\n');
}

function perEvent(count: number, events: number): string {
  return (count / events).toFixed(2);
}

function bar(count: number, total: number): string {
  return '▇'.repeat(Math.ceil((count / Math.max(1, total)) * 40)).padEnd(40);
}
