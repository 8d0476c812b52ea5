import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What differs between a trial installation and one that earns money. */
export interface StageSettings {
  readonly name: string;
  /** Starts every stack and resource name, so that stages can share an account. */
  readonly prefix: string;
  /** What becomes of tables, secret and logs when their stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
  /** Restore a table to any second of the last 35 days; billed by stored GB. */
  readonly pointInTimeRecovery: boolean;
  /** Tables refuse deletion and the data stack refuses to be deleted. */
  readonly deletionProtection: boolean;
  /** Gets every alarm; AWS asks the address to confirm first. Without one the alarms show on the dashboard only. */
  readonly alarmEmail?: string;
  /** Where customers' links lead, when a domain of the merchant's stands before the API. */
  readonly publicUrl?: string;
  /** When the nightly plan starts, as an EventBridge Scheduler expression in UTC. */
  readonly nightly: string;
}

/** The switches given with `-c name=value` or in the environment. */
export interface StageChoice {
  readonly stage?: string;
  readonly alarmEmail?: string;
  readonly nightly?: string;
  readonly publicUrl?: string;
}

/** 03:00 in China: after the day's end there, before anybody is at work. */
const defaultNightly = 'cron(0 19 * * ? *)';

const byName = {
  dev: {
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.TWO_WEEKS,
    pointInTimeRecovery: false,
    deletionProtection: false,
  },
  prod: {
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.THREE_MONTHS,
    pointInTimeRecovery: true,
    deletionProtection: true,
  },
} as const;

/** Settings of the chosen stage (`dev` without a choice). An unknown name is refused: a typo must not deploy as dev. */
export function stageSettings(choice: StageChoice = {}): StageSettings {
  const name = choice.stage ?? 'dev';
  if (name !== 'dev' && name !== 'prod') {
    throw new Error(`Unknown stage "${name}". Choose dev or prod, for example: npx cdk deploy --all -c stage=prod`);
  }
  return {
    name,
    prefix: `huitou-${name}`,
    ...byName[name],
    nightly: choice.nightly ?? defaultNightly,
    ...(choice.alarmEmail && { alarmEmail: choice.alarmEmail }),
    ...(choice.publicUrl && { publicUrl: choice.publicUrl.replace(/\/+$/, '') }),
  };
}
