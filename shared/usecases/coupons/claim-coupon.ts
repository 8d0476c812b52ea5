import type { Instant } from '../../domain/calendar.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import type { IssueOutcome } from '../marketing-ports.ts';
import type { CustomerStore } from '../ports.ts';
import { type IssueDeps, issueCoupon } from './issue-coupon.ts';

export interface ClaimDeps extends IssueDeps {
  readonly store: Pick<CustomerStore, 'readFiles'>;
}

/**
 * Gives a coupon to whoever follows its claim link, once for this customer, however often they do (DOMAIN 9).
 * @returns refused as `coupon_gone`, too, where the customer is no more
 */
export async function claimCoupon(
  { coupon, customer, at }: { readonly coupon: string; readonly customer: string; readonly at: Instant },
  deps: ClaimDeps,
): Promise<IssueOutcome> {
  const { files, idOf } = await resolveFiles([customer], deps.store);
  const file = files.get(idOf(customer) ?? '')?.value;
  if (!file) return { type: 'refused', reason: 'coupon_gone' };
  return issueCoupon({ coupon, customer: file.id, aliases: file.aliases, cause: 'claim', at }, deps);
}
