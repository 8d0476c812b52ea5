import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Published webhook bodies of real platforms, which lie beside the project and are not part of it. */
const payloadFolder = resolve(import.meta.dirname, '../../../shared/payloads');

export const hasReferencePayloads = existsSync(join(payloadFolder, 'README.md'));

/** Says in the test's name why it is skipped. */
export const whereReferencePayloadsAre = hasReferencePayloads ? '' : ` (skipped: there is no ${payloadFolder})`;

/** The bytes of one body, by its path in the folder: `shopify/refund_509562969.json`. */
export function referencePayload(path: string): Buffer {
  return readFileSync(join(payloadFolder, path));
}
