import { createHandler } from '../../functions/public-pages/handler.ts';
import type { Deps } from '../../functions/public-pages/page-request.ts';
import { publicLinks } from '../../shared/adapters/crypto/public-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { shortLinks } from '../../shared/adapters/crypto/short-links.ts';
import { MemoryBehaviourStore } from '../../shared/adapters/memory/behaviour-store.ts';
import { memoryCaseStore } from '../../shared/adapters/memory/case-store.ts';
import type { MemoryTouchStore } from '../../shared/adapters/memory/touch-store.ts';
import type { DomainEvent } from '../../shared/domain/events/event.ts';
import type { HeardEvent } from '../../shared/usecases/behaviour/take-in-behaviour.ts';
import type { IssueOutcome } from '../../shared/usecases/marketing-ports.ts';
import { httpEvent, keepingLogger, lambdaContext } from './lambda.ts';
import { type MessagingOptions, messaging } from './touches.ts';

const keys = rootKeys('one root secret of sixty-four characters, made for tests of pages');
export const pageLinks = publicLinks(keys);
export const shortPageLinks = shortLinks(keys);

/** A browser a person uses. */
export const browser =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1';

export interface PageAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The public pages over messages, cases and behaviour in memory; coupons are what `issued` says. */
export function publicPages(options: MessagingOptions & { readonly issued?: IssueOutcome } = {}) {
  const world = messaging(options);
  const { logger, lines } = keepingLogger();
  const asked: unknown[] = [];
  const told: DomainEvent[] = [];
  const heard: HeardEvent[] = [];
  const give = async (wanted: unknown): Promise<IssueOutcome> => {
    asked.push(wanted);
    return options.issued ?? { type: 'refused', reason: 'coupon_gone' };
  };
  const deps: Deps = {
    ...world.deps,
    links: pageLinks,
    shortLinks: shortPageLinks,
    linkedTouches: {
      touchesNamed: async (name) =>
        [...(world.touches as MemoryTouchStore).touches.values()]
          .map(({ value }) => value)
          .filter(({ linkName }) => linkName === name),
    },
    cases: memoryCaseStore(world.touches),
    behaviour: new MemoryBehaviourStore(world.memory),
    coupons: { issue: give },
    claim: give,
    events: { tell: async (events) => void told.push(...events) },
    heard: async (events) => void heard.push(...events),
    logger,
  };
  const handler = createHandler(deps);
  const ask = async (
    method: string,
    path: string,
    { form, headers = {} }: { form?: Record<string, string | string[]>; headers?: Record<string, string> } = {},
  ): Promise<PageAnswer> => {
    const fields = Object.entries(form ?? {}).flatMap(([name, values]) =>
      [values].flat().map((one): [string, string] => [name, one]),
    );
    const [, , token = ''] = path.split(/[/?]/);
    const {
      statusCode = 0,
      body = '',
      headers: answered = {},
    } = await handler(
      httpEvent(method, path, {
        params: { token },
        headers: { 'user-agent': browser, ...headers },
        ...(form && { body: new URLSearchParams(fields).toString() }),
      }),
      lambdaContext(),
    );
    return { status: statusCode, body, headers: answered };
  };
  return { ...world, pages: deps, ask, lines, asked, told, heard };
}
