import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { platforms } from '../contracts/platforms/platforms.ts';
import type { TableEnvironment } from '../contracts/table-environment.ts';
import type { TouchTableEnvironment } from '../contracts/touch-environment.ts';
import type { BehaviourStore } from '../usecases/behaviour/behaviour-ports.ts';
import type { TakeInDeps } from '../usecases/orders/take-in-webhook.ts';
import type { ParkedStore, SettingsStore, ShopStore } from '../usecases/ports.ts';
import type { RootKeys } from './crypto/root-keys.ts';
import { customerStore } from './customers.ts';
import { dynamoBehaviourStore } from './dynamodb/behaviour-store.ts';
import type { DynamoCustomerStore } from './dynamodb/customer-store.ts';
import { dynamoParkedEvents } from './dynamodb/workspace/parked-events.ts';
import { dynamoSettingsStore } from './dynamodb/workspace/settings.ts';
import { dynamoShopStore } from './dynamodb/workspace/shops.ts';
import { systemClock } from './system-clock.ts';

/** What taking in events needs, as the stores behind it: functions that also change shops and settings use the same ones. */
export interface IntakeDeps extends TakeInDeps {
  readonly store: DynamoCustomerStore;
  readonly shops: ShopStore;
  readonly settings: SettingsStore;
  readonly parked: ParkedStore;
  readonly behaviour: BehaviourStore;
}

/** Behaviour lies in the table of contacts. */
export type IntakeEnvironment = TableEnvironment & Pick<TouchTableEnvironment, 'CONTACTS_TABLE'>;

/** Everything that taking in events needs, on the real services. */
export function intakeDeps(dynamo: DynamoDBClient, env: IntakeEnvironment, keys: RootKeys): IntakeDeps {
  const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
  return {
    platforms,
    store: customerStore(dynamo, env),
    shops: dynamoShopStore(workspace, keys, systemClock),
    settings: dynamoSettingsStore(workspace, systemClock),
    parked: dynamoParkedEvents(workspace, systemClock),
    behaviour: dynamoBehaviourStore(dynamo, { customers: env.CUSTOMERS_TABLE, contacts: env.CONTACTS_TABLE }),
    identityHash: keys.identityHash,
    clock: systemClock,
    pause: (milliseconds) => pause(milliseconds),
    random: Math.random,
  };
}
