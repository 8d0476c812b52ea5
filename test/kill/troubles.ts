import type { FaultRequest } from '../../infra/local/faults.ts';

const storage = ['work-run', 'touch-send', 'touch-feedback', 'minute-sweep'] as const;
const storageTroubles = ['dynamodb.throttle', 'dynamodb.conflict', 'dynamodb.unavailable', 'dynamodb.lost'] as const;
const rates = {
  'dynamodb.throttle': 0.05,
  'dynamodb.conflict': 0.15,
  'dynamodb.unavailable': 0.04,
  'dynamodb.lost': 0.04,
} as const;

/** What providers do wrong, and how often in a round that has it. Those that never answer cost ten seconds each. */
const mail = { operation: 'SendRawEmail' };
const text = { operation: 'Publish', function: 'touch-send' };
const providerTroubles: readonly FaultRequest[] = [
  { name: 'ses.throttle', count: 3, ...mail },
  { name: 'ses.reject', count: 1, ...mail },
  { name: 'ses.drop', count: 2, ...mail },
  { name: 'ses.accepted5xx', count: 2, ...mail },
  { name: 'ses.silent', count: 1, ...mail },
  { name: 'sns.throttle', count: 3, ...text },
  { name: 'sns.unavailable', count: 1, ...text },
  { name: 'sns.drop', count: 1, ...text },
  { name: 'sns.accepted5xx', count: 1, ...text },
];

/** Storage, providers and queues of one round, drawn by its seed: the same seed, the same troubles. */
export function troublesOf(round: number, seed: number, random: () => number): FaultRequest[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const inStorage = storage.flatMap((name): FaultRequest[] => {
    const trouble = pick(storageTroubles);
    return random() < 0.6 ? [{ name: trouble, function: name, rate: rates[trouble], seed: seed + round }] : [];
  });
  const twice = ['work-run', 'touch-send'].map(
    (name): FaultRequest => ({ name: 'lambda.duplicate', function: name, rate: 0.25, seed: seed + round }),
  );
  return [...inStorage, ...twice, pick(providerTroubles), pick(providerTroubles), pick(providerTroubles)];
}

/** Providers that take a message, or not, and never say. */
export const silences: readonly FaultRequest[] = [
  { name: 'ses.timeout', count: 1, ...mail },
  { name: 'sns.timeout', count: 1, ...text },
];
