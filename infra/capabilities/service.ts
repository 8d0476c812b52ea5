import type { Bundles } from '../bundling/bundle-functions.ts';
import type { AlarmTopic } from '../constructs/alarm-topic.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { StageSettings } from '../stages.ts';

/** What every capability is built with. */
export interface Service {
  readonly stage: StageSettings;
  readonly bundles: Bundles;
  readonly alarms: AlarmTopic;
  readonly data: Pick<DataStack, 'tables' | 'rootSecret' | 'facts' | 'transfers'>;
}
