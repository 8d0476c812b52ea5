import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { presetJourneys } from '../usecases/journeys/preset-journeys.ts';
import type { EnrolmentStore, JourneyStore } from '../usecases/marketing-ports.ts';
import { dynamoEnrolmentStore } from './dynamodb/enrolment-store.ts';
import { dynamoJourneyStore } from './dynamodb/workspace/journeys.ts';
import { systemClock } from './system-clock.ts';

/** Journeys as they are kept, presets and own ones. */
export function journeyStore(dynamo: DynamoDBClient, env: { readonly WORKSPACE_TABLE: string }): JourneyStore {
  return dynamoJourneyStore({ client: dynamo, name: env.WORKSPACE_TABLE }, systemClock, presetJourneys);
}

/** Journeys, and customers on their way through them. */
export function journeyStores(
  dynamo: DynamoDBClient,
  env: { readonly WORKSPACE_TABLE: string; readonly TOUCHES_TABLE: string },
): { readonly journeys: JourneyStore; readonly enrolments: EnrolmentStore } {
  return { journeys: journeyStore(dynamo, env), enrolments: dynamoEnrolmentStore(dynamo, env.TOUCHES_TABLE) };
}
