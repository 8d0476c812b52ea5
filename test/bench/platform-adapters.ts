import type { SignedRequest } from '../../shared/contracts/platforms/platform.ts';
import { platforms } from '../../shared/contracts/platforms/platforms.ts';
import { atLeast, type Figure, information, type Measure } from './measure.ts';
import type { PlatformBodies } from './platforms/platform-bodies.ts';
import { shopifyOrders } from './platforms/shopify-orders.ts';
import { agisoTrades, taobaoTrades } from './platforms/taobao-trades.ts';
import { woocommerceOrders } from './platforms/woocommerce-orders.ts';
import { youzanTrades } from './platforms/youzan-trades.ts';
import { median } from './rounds.ts';

const kinds = [shopifyOrders, woocommerceOrders, youzanTrades, taobaoTrades, agisoTrades];
const bodiesOfKind = 500;
/** Times that each body is read in a round. */
const passes = 4;
const rounds = 9;
/** Rounds before those that count: the code is compiled as it runs. */
const warmUps = 2;

export const platformAdapters: Measure = {
  name: 'platform-adapters',
  how:
    `verify and read of each platform's adapter: ${bodiesOfKind} signed bodies of different orders, as long as real ones, each read ${passes} times a round; ` +
    `medians of ${rounds} rounds after ${warmUps} to warm up. Every body must verify and read as an order. One core: by the processor time of the whole ` +
    'process, garbage collection included, so that what else runs on the machine counts less. Baseline, in turn with it: the digest alone and JSON.parse alone of the same bodies.',
  async run(say) {
    const now = Date.now();
    const taken = kinds.map((kind): Taken => ({ kind, requests: requestsOf(kind, now), adapter: [], bare: [] }));
    for (let round = 0; round < warmUps + rounds; round++) {
      for (const one of taken) takeRound(one, now, round >= warmUps);
    }
    return taken.flatMap(({ kind, requests, adapter, bare }): Figure[] => {
      const bytes = requests.reduce((sum, { body }) => sum + body.length, 0) / requests.length;
      const of = `${kind.what} of ${(bytes / 1000).toFixed(1)} kB`;
      say(`${of}: ${median(adapter).toFixed(0)}/s`);
      return [
        atLeast(`bodies/s on one core, ${of}`, median(adapter), 10_000, '', 0),
        information(`bodies/s, digest and JSON.parse alone, ${kind.what}`, median(bare), '', 0),
      ];
    });
  },
};

interface Taken {
  readonly kind: PlatformBodies;
  readonly requests: readonly SignedRequest[];
  /** Bodies a second of each round. */
  readonly adapter: number[];
  readonly bare: number[];
}

function requestsOf({ sign }: PlatformBodies, now: number): SignedRequest[] {
  return Array.from({ length: bodiesOfKind }, (_, number) => sign(number, now));
}

function takeRound({ kind, requests, adapter, bare }: Taken, now: number, counts: boolean): void {
  const platform = platforms[kind.platform];
  const throughAdapter = rateOf(requests, (request) => {
    const verified = platform.verify(request, [kind.secret], now);
    const reading = platform.read(request, kind.shop);
    if (!verified.ok || reading.type !== 'order')
      throw new Error(`${kind.what}: ${JSON.stringify([verified, reading])}`);
  });
  const alone = rateOf(requests, (request) => {
    const digest = kind.digest(request);
    if (digest === '' || kind.parse(request) === null) throw new Error(`${kind.what}: nothing was parsed`);
  });
  if (!counts) return;
  adapter.push(throughAdapter);
  bare.push(alone);
}

/** Requests a second of processor time. */
function rateOf(requests: readonly SignedRequest[], take: (request: SignedRequest) => void): number {
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) for (const request of requests) take(request);
  const { user, system } = process.cpuUsage(before);
  return (requests.length * passes * 1_000_000) / (user + system);
}
