import type { messageRoutes } from '../../../shared/contracts/http/messages.ts';
import { NotFoundError } from '../../../shared/domain/errors.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { type ExplainCampaignDeps, explainCampaign } from '../../../shared/usecases/campaigns/explain-campaign.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { type ExplainDeps, explainContact } from '../../../shared/usecases/journeys/explain-journeys.ts';
import { readSavedSettings, type SettingsDeps } from '../../../shared/usecases/settings/change-settings.ts';
import { campaignExplanationView, explanationView } from '../views/touch.ts';

export type MessageDeps = ExplainDeps &
  ExplainCampaignDeps & {
    /** What signs the webhooks we send, as `whsec_`. */
    readonly outboundSecret: string;
  };

export function messageHandlers(
  deps: MessageDeps & Pick<SettingsDeps, 'settings' | 'clock'>,
): RouteHandlers<keyof typeof messageRoutes> {
  return {
    async explainContact({ params, query, actor }) {
      const file = await readCustomer(params.id, deps.store);
      if (!file) throw new NotFoundError('There is no such customer.');
      if (query.campaign !== undefined) {
        const explanation = await explainCampaign(file, query.campaign, deps);
        return json(campaignExplanationView(file.id, explanation, actor.role));
      }
      return json(explanationView(file.id, await explainContact(file, query.journey, deps)));
    },
    async getWebhookSecret() {
      const { settings } = await readSavedSettings(deps);
      return json({ url: settings.channels.webhook.url ?? null, secret: deps.outboundSecret });
    },
  };
}
