import { startDynamoDb } from '../../infra/local/engines/dynamodb.ts';
import { engineVariable } from './dynamodb-local.ts';

/** vitest's global setup: one table engine for all integration files, which keep apart by the names of their tables. */
export default async function startEngine(): Promise<() => Promise<void>> {
  const engine = await startDynamoDb(undefined);
  process.env[engineVariable] = engine.endpoint;
  return () => engine.stop();
}
