import type { sendingRoutes } from '../../../shared/contracts/http/sending.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { type SendMessageDeps, sendMessage } from '../../../shared/usecases/messages/send-message.ts';

export type SendingApiDeps = SendMessageDeps;

export function sendingHandlers(deps: SendingApiDeps): RouteHandlers<keyof typeof sendingRoutes> {
  return {
    async sendMessage({ body }) {
      const { touch, repeated } = await sendMessage(body, deps);
      return json({ touch: touch.id, customer: touch.customer, state: touch.state, repeated }, 202);
    },
  };
}
