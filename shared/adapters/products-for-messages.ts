import type { ComposeDeps } from '../usecases/messages/compose-message.ts';
import type { Clock, SettingsReader } from '../usecases/ports.ts';
import { recommendProducts } from '../usecases/recommendations/recommend-products.ts';
import { dynamoProductStore } from './dynamodb/workspace/products.ts';
import { dynamoRecommendationRuns } from './dynamodb/workspace/recommendation-runs.ts';
import type { WorkspaceTable } from './dynamodb/workspace/workspace-table.ts';
import { recommendationReader } from './recommendations.ts';
import { accessOfFunction, notesReader } from './s3/notes-reader.ts';

/** A message shows so many products. */
const mostProducts = 3;

/** Products that suit a customer, by the tables of the last night; asked by messages whose template names them. */
export function productsForMessages(
  workspace: WorkspaceTable,
  factsBucket: string,
  { settings, clock }: { readonly settings: SettingsReader; readonly clock: Clock },
): NonNullable<ComposeDeps['recommend']> {
  const facts = notesReader(factsBucket, accessOfFunction);
  const recommendations = recommendationReader(dynamoRecommendationRuns(workspace, clock), facts, clock);
  const deps = { recommendations, products: dynamoProductStore(workspace), settings, clock };
  return async (file, shop) => (await recommendProducts(file, shop, mostProducts, deps)).items;
}
