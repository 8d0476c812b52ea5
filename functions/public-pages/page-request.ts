import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { PublicLink, PublicLinks } from '../../shared/adapters/crypto/public-links.ts';
import type { ShortLinks } from '../../shared/adapters/crypto/short-links.ts';
import type { Instant } from '../../shared/domain/calendar.ts';
import type { Locale } from '../../shared/domain/messages/template.ts';
import type { HttpRequest } from '../../shared/runtime/http-handler.ts';
import type { AnswerDeps } from '../../shared/usecases/cases/take-answer.ts';
import type { IssueOutcome } from '../../shared/usecases/marketing-ports.ts';
import type { PreferenceDeps } from '../../shared/usecases/messages/keep-preferences.ts';
import type { LinkedTouches } from '../../shared/usecases/messages/messaging-ports.ts';
import type { LinkedMessage } from '../../shared/usecases/messages/read-linked-message.ts';
import type { FeedbackDeps } from '../../shared/usecases/messages/take-feedback.ts';
import type { ShopReader } from '../../shared/usecases/ports.ts';

export interface Deps extends FeedbackDeps, PreferenceDeps, AnswerDeps {
  readonly links: PublicLinks;
  readonly shortLinks: ShortLinks;
  readonly linkedTouches: LinkedTouches;
  readonly shops: ShopReader;
  /** Gives a coupon to whoever follows its claim link: the same one, however often. */
  readonly claim: (wanted: ClaimedCoupon) => Promise<IssueOutcome>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export interface ClaimedCoupon {
  readonly coupon: string;
  readonly customer: string;
  readonly at: Instant;
}

/** A request for a page, with the message whose link it is. */
export interface PageRequest {
  readonly request: HttpRequest;
  readonly link: PublicLink;
  readonly message: LinkedMessage;
  /** The customer's language where they stated one, else the reader's. */
  readonly locale: Locale;
  readonly shopName: string;
}
