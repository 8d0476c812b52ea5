import type { Instant } from '../../domain/calendar.ts';
import type { Order } from '../../domain/orders/order.ts';

/** Platforms whose webhooks are understood. */
export const platformNames = ['generic', 'shopify', 'woocommerce', 'youzan', 'taobao'] as const;
export type PlatformName = (typeof platformNames)[number];

export interface SignedRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Some platforms sign, and say what a body is, in the query. */
  readonly query: URLSearchParams;
  /** The bytes as they came: the signature is over them, not over anything parsed. */
  readonly body: Buffer;
}

export type Verification = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface FieldError {
  /** Path of the field, `data.items[0].price`. */
  readonly field: string;
  readonly message: string;
}

/** What a shop is to its reader. */
export interface ShopContext {
  readonly id: string;
  readonly currency: string;
  readonly timezone: string;
}

/** Buyer identities as the platform gave them, not yet hashed. */
export interface BuyerIdentities {
  readonly id?: string;
  readonly phone?: string;
  readonly email?: string;
}

/** What a customer did, as a shop tells it (DOMAIN 14). */
export interface ShopEvent {
  readonly type: string;
  readonly at: Instant;
  readonly product?: string;
  /** The same id is the same event. */
  readonly id?: string;
}

/** What a body says, once understood. */
export type Reading =
  /**
   * An order, or a part of one: without `description`, with `statedAt` 0 where the part does not tell when the order was
   * made, and with refunds in minor units of the shop's currency where it names none. `identities` are empty; `buyer` has
   * them.
   */
  | { readonly type: 'order'; readonly order: Order; readonly buyer: BuyerIdentities }
  /** Something said of a customer outside orders. */
  | {
      readonly type: 'customer';
      readonly buyer: BuyerIdentities;
      readonly statements: Order['statements'];
    }
  /** Something a customer did outside orders, and what was said of them with it. */
  | {
      readonly type: 'behaviour';
      readonly buyer: BuyerIdentities;
      readonly statements: Order['statements'];
      readonly event: ShopEvent;
    }
  /** Understood, and of no interest: a ping, a topic that carries nothing we keep. */
  | { readonly type: 'ignored'; readonly why: string }
  /** A person asks for their data: kept until somebody has acted on it. */
  | { readonly type: 'privacy_request'; readonly what: string; readonly buyer?: BuyerIdentities }
  /** A person is to be forgotten, and these orders of theirs, by id. */
  | { readonly type: 'erasure'; readonly buyer: BuyerIdentities; readonly orders: readonly string[] }
  /** Everybody known through this shop alone is to be forgotten. */
  | { readonly type: 'shop_erasure' }
  | { readonly type: 'not_json' }
  | { readonly type: 'invalid'; readonly errors: readonly FieldError[] };

/** What became of a webhook. */
export type Outcome =
  | { readonly type: 'recorded' | 'unchanged' | 'queued'; readonly orderId?: string }
  | { readonly type: 'ignored'; readonly why: string }
  /** Kept for a person or a later replay. */
  | { readonly type: 'parked'; readonly reason: string; readonly orderId?: string }
  | { readonly type: 'not_json' }
  | { readonly type: 'invalid'; readonly errors: readonly FieldError[] };

export interface PlatformAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * The seam at which a platform plugs in: verify the raw bytes, read the body into the common order, answer by the
 * platform's own rules. Everything between is the same for all.
 */
export interface Platform {
  readonly name: PlatformName;
  /** Who makes the secret: where the platform does, a shop cannot be connected without giving it. */
  readonly secretMadeBy: 'us' | 'platform';
  /** Checks a secret when a shop is saved; undefined when it is fine, else what is wrong with it. */
  checkSecret(secret: string): string | undefined;
  /** Constant-time check against each accepted secret. `now` in epoch milliseconds bounds replays. */
  verify(request: SignedRequest, secrets: readonly string[], now: number): Verification;
  /** Same for every delivery of the same event; undefined: the body's hash serves. */
  eventId(request: SignedRequest): string | undefined;
  /** Names of the headers and query parameters `read` needs: all that is kept of a request beside its body. */
  readonly kept: { readonly headers: readonly string[]; readonly query: readonly string[] };
  read(request: SignedRequest, shop: ShopContext): Reading;
  answer(outcome: Outcome): PlatformAnswer;
}
