import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Feedback } from '../../shared/contracts/feedback/feedback.ts';
import { isSesEvent, readSesEvent } from '../../shared/contracts/feedback/ses-events.ts';
import { isSmsReply, readSmsDelivery, readSmsReply } from '../../shared/contracts/feedback/sms-events.ts';
import {
  createNotificationHandler,
  type Notice,
  type NotificationHandler,
} from '../../shared/runtime/notification-handler.ts';
import { type ReportDeps, takeFeedback } from '../../shared/usecases/messages/take-feedback.ts';

export type Deps = ReportDeps & { readonly logger: Logger; readonly metrics?: Metrics };

/** What providers and people told of our messages: SES events, answers to text messages, logs of their delivery. */
export function createHandler(deps: Deps): NotificationHandler {
  const { logger, metrics } = deps;
  return createNotificationHandler({
    logger,
    ...(metrics && { metrics }),
    handle: async (notice) => {
      const feedback = read(notice);
      const outcome = await takeFeedback(feedback, deps);
      const kind = feedback.type === 'reaction' ? feedback.kind : feedback.type;
      if (kind === 'bounced') metrics?.addMetric('Bounces', MetricUnit.Count, 1);
      if (kind === 'complained') metrics?.addMetric('Complaints', MetricUnit.Count, 1);
      logger.info('feedback', { kind, outcome, ...(feedback.type === 'ignored' && { why: feedback.why }) });
    },
  });
}

/** By the shape of what came, not by the topic it came from. */
function read({ from, content, at }: Notice): Feedback {
  if (typeof content !== 'object' || content === null) return { type: 'ignored', why: 'no JSON object' };
  if (from === 'log') return readSmsDelivery(content);
  if (isSesEvent(content)) return readSesEvent(content);
  if (isSmsReply(content)) return readSmsReply(content, at);
  return { type: 'ignored', why: 'no form that is known' };
}
