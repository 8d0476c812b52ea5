import type { PublicLink } from '../../../shared/adapters/crypto/public-links.ts';
import type { Follower } from '../../../shared/domain/messages/machine-reactions.ts';
import { describeError } from '../../../shared/runtime/describe-error.ts';
import type { HttpAnswer, HttpRequest } from '../../../shared/runtime/http-handler.ts';
import { linkMark, noteFollowed } from '../../../shared/usecases/messages/take-feedback.ts';
import type { Deps } from '../page-request.ts';

/**
 * Leads to where the link led when its message was composed, and nowhere else: the token carries the number of the link, or
 * the URL itself, and is signed.
 * @returns undefined where it leads nowhere (any more)
 */
export async function answerFollowed(
  request: HttpRequest,
  link: PublicLink,
  deps: Deps,
): Promise<HttpAnswer | undefined> {
  const url = await destinationOf(link, deps);
  if (url === undefined) return undefined;
  await note('clicked', request, link, deps, linkMark(link.extra ?? '', deps));
  return { status: 302, headers: { location: url, 'x-robots-tag': 'noindex' } };
}

async function destinationOf({ extra = '', ...key }: PublicLink, { touches }: Deps): Promise<string | undefined> {
  const url = /^\d+$/.test(extra) ? (await touches.readTouch(key))?.value.links?.[Number(extra)] : extra;
  return url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).href : undefined;
}

/** One transparent pixel. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The picture comes whatever the token: a broken one in a mail helps nobody. */
export async function answerPicture(
  request: HttpRequest,
  link: PublicLink | undefined,
  deps: Deps,
): Promise<HttpAnswer> {
  if (link) await note('opened', request, link, deps);
  return { status: 200, contentType: 'image/gif', body: gif };
}

/** Whoever follows a link gets there, even where it cannot be noted. */
async function note(
  kind: 'opened' | 'clicked',
  request: HttpRequest,
  { customer, id }: PublicLink,
  deps: Deps,
  link?: string,
): Promise<void> {
  const seen = { kind, at: deps.clock.now(), by: followerOf(request), ...(link !== undefined && { link }) };
  request.note({ customer, touch: id });
  try {
    await noteFollowed({ customer, id }, seen, deps);
  } catch (error) {
    deps.logger.warn('a reaction was not noted', { kind, failure: { ...describeError(error) } });
  }
}

function followerOf({ method, headers }: HttpRequest): Follower {
  const purpose = [headers.purpose, headers['sec-purpose'], headers['x-purpose'], headers['x-moz']].join(' ');
  return {
    userAgent: headers['user-agent'] ?? '',
    isHead: method === 'HEAD',
    isPrefetch: /prefetch|prerender|preview/i.test(purpose),
  };
}
