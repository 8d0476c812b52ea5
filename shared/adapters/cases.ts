import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CaseStore } from '../usecases/marketing-ports.ts';
import { dynamoCaseStore } from './dynamodb/case-store.ts';

/** Cases, and the silences they bring, on the real tables. */
export function caseStore(
  dynamo: DynamoDBClient,
  env: { readonly WORKSPACE_TABLE: string; readonly CONTACTS_TABLE: string },
): CaseStore {
  return dynamoCaseStore(dynamo, { workspace: env.WORKSPACE_TABLE, contacts: env.CONTACTS_TABLE });
}
