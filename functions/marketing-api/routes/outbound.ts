import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { DeliveryJson, outboundRoutes, SubscriptionJson } from '../../../shared/contracts/http/outbound.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import { NotFoundError } from '../../../shared/domain/errors.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import type { Delivery, DeliveryLog, Subscription } from '../../../shared/usecases/events/event-ports.ts';
import { tellAgain } from '../../../shared/usecases/events/hand-out-event.ts';
import {
  changeSubscription,
  existingSubscription,
  ping,
  type SubscriptionDeps,
  subscribe,
  unsubscribeFromEvents,
} from '../../../shared/usecases/events/save-subscription.ts';

export interface OutboundApiDeps extends SubscriptionDeps {
  readonly deliveries: DeliveryLog;
  /** What signs the events of a subscription, as `whsec_`. */
  readonly secretOf: (subscription: Subscription) => string;
  readonly cursors: Cursors;
}

export function outboundHandlers(deps: OutboundApiDeps): RouteHandlers<keyof typeof outboundRoutes> {
  const withSecret = (one: Subscription) => ({ ...subscriptionView(one), secret: deps.secretOf(one) });
  return {
    listSubscriptions: ({ query }) =>
      answerPage(
        ['subscriptions'],
        query,
        deps.cursors,
        (after, limit) => deps.subscriptions.listSubscriptions(after, limit),
        ({ value }) => subscriptionView(value),
      ),
    createSubscription: async ({ body, actor }) => json(withSecret((await subscribe(body, actor, deps)).value), 201),
    getSubscription: async ({ params }) => json(withSecret((await existingSubscription(params.id, deps)).value)),
    changeSubscription: async ({ params, body, actor }) =>
      json(withSecret((await changeSubscription(params.id, body, actor, deps)).value)),
    async removeSubscription({ params, actor }) {
      await unsubscribeFromEvents(params.id, actor, deps);
      return noContent;
    },
    pingSubscription: async ({ params }) => json({ event: await ping(params.id, deps) }, 202),
    async listDeliveries({ params, query }) {
      const { value } = await existingSubscription(params.id, deps);
      const read = (after: string | undefined, limit: number) => deps.deliveries.listDeliveries(value.id, after, limit);
      return answerPage(['deliveries', value.id], query, deps.cursors, read, deliveryView);
    },
    async tellAgain({ params }) {
      await existingSubscription(params.id, deps);
      if (!(await tellAgain(params.id, params.event, deps))) throw new NotFoundError('There is no such delivery.');
      return { status: 202 };
    },
  };
}

function subscriptionView(one: Subscription): SubscriptionJson {
  const { id, url, events, enabled, stoppedBecause = null, createdAt, updatedAt } = one;
  const times = { createdAt: formatInstant(createdAt), updatedAt: formatInstant(updatedAt) };
  return { id, url, events: [...events], enabled, stoppedBecause, ...times };
}

function deliveryView({ event, state, tries, answer, at, nextAt }: Delivery): DeliveryJson {
  return {
    event: event.id,
    type: event.type,
    occurredAt: formatInstant(event.occurredAt),
    data: { ...event.data },
    state,
    tries,
    answer,
    at: formatInstant(at),
    nextAt: formatInstantOrNull(nextAt),
  };
}
