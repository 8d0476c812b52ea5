import { progressBar } from '../../../shared/cli/progress-bar.ts';
import { dayMs, hourMs } from '../../../shared/domain/durations.ts';
import type { LocalStack } from '../stack.ts';
import { apiClient } from './api-client.ts';
import { demoEvents } from './demo-orders.ts';
import { sendWebhooks } from './send-webhook.ts';

const shop = 'demo';

interface Report {
  readonly asOf: string;
  readonly rows: readonly (readonly (string | number)[])[];
}

/**
 * A screen's worth of what happens: a year of orders comes in, a night is run, the next morning's messages go out. The
 * clock is set back for it to the evening before, and then to the present again.
 */
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
  const { evening, night, morning } = lastNight(Date.now());
  await stack.setTime(evening);
  const events = demoEvents(evening.getTime());
  stack.resetUsage();
  const started = performance.now();
  const target = { url: stack.url, shop, secret, now: () => stack.now().getTime() };
  await sendWebhooks(target, events, { onSent: progressBar('A year of orders', events.length) });
  await stack.idle();
  const intake = { seconds: (performance.now() - started) / 1000, usage: stack.usage() };

  await stack.setTime(night);
  const nightRun = await stack.fireSchedule('nightly', night);
  await stack.setTime(morning);
  await stack.fireSchedule('minute', morning);
  await stack.setTime(new Date());

  const stages = await api.call<Report>('GET', `/v1/reports/lifecycle?asOf=${night.toISOString()}`);
  const migrations = await api.call<Report>(
    'GET',
    `/v1/reports/migrations?from=${dayText(night.getTime() - 30 * dayMs)}&to=${dayText(night.getTime() + dayMs)}`,
  );
  const messages = { mails: await stack.outbox.mail(), texts: stack.outbox.sms() };
  process.stdout.write(screenful({ events: events.length, intake, night: nightRun, stages, migrations, messages }));
}

/** The last night that is over in Shanghai: 23:00 before it, its run at 03:00 and the end of quiet hours at 09:00. */
function lastNight(now: number): { evening: Date; night: Date; morning: Date } {
  const morning = Math.floor((now - hourMs) / dayMs) * dayMs + hourMs;
  return {
    evening: new Date(morning - 10 * hourMs),
    night: new Date(morning - 6 * hourMs),
    morning: new Date(morning),
  };
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
  readonly messages: {
    readonly mails: Awaited<ReturnType<LocalStack['outbox']['mail']>>;
    readonly texts: ReturnType<LocalStack['outbox']['sms']>;
  };
};

function screenful({ events, intake, night, stages, migrations, messages }: Screen): string {
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
    `Messages     ${messages.mails.length} mails, ${messages.texts.length} text messages: confirmations of the last day's orders, and at 09:00 a`,
    '             greeting to whoever turned silent that night and has agreed to hear from the shop',
    ...messages.mails.slice(-3).map(({ to, subject }) => `  mail  ${to.padEnd(24)} ${subject}`),
    ...messages.texts.slice(0, 3).map(({ to, text }) => `  sms   ${to.padEnd(24)} ${text}`),
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
