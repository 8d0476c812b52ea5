import type { PlatformName, ShopContext, SignedRequest } from '../../../shared/contracts/platforms/platform.ts';

/** Bodies as one platform sends them, of made-up orders, as long as real ones are. */
export interface PlatformBodies {
  readonly platform: PlatformName;
  readonly what: string;
  readonly shop: ShopContext;
  readonly secret: string;
  /** The request about an order of this number, signed. */
  sign(number: number, now: number): SignedRequest;
  /** The least that any receiver does: the digest its signature is compared with, by the platform's own rule. */
  digest(request: SignedRequest): string;
  /** The same of reading: the JSON out of its wrapping, by JSON.parse alone. */
  parse(request: SignedRequest): unknown;
}
