import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FactKind } from '../../contracts/facts.ts';
import type { FactsManifest } from '../../contracts/facts-files.ts';
import type { FactsManifests } from '../../usecases/census/census-ports.ts';
import type { ErasedCustomers } from '../../usecases/ports.ts';
import { type Facts, openFacts } from './open-facts.ts';

export interface FactsSource {
  readonly manifests: Pick<FactsManifests, 'readManifest'>;
  readonly erased: Pick<ErasedCustomers, 'since'>;
  /** Copies the files of a kind into a folder. */
  readonly fetch: (manifest: FactsManifest, kind: FactKind, folder: string) => Promise<void>;
  /** A folder that may fill up with gigabytes. */
  readonly temporary: string;
}

export interface FactsInForce {
  readonly manifest: FactsManifest;
  readonly facts: Facts;
}

interface OpenFacts extends FactsInForce {
  readonly folder: string;
  /** Customers left out already. */
  readonly forgotten: Set<string>;
}

/**
 * Opens the facts that the manifest names and keeps them open until it names others. Who was erased since they were made
 * is left out from the next call on (DOMAIN 2).
 * @returns undefined before the first census
 */
export function factsInForce(source: FactsSource): () => Promise<FactsInForce | undefined> {
  let open: OpenFacts | undefined;
  return async () => {
    const manifest = await source.manifests.readManifest();
    if (manifest === undefined) return undefined;
    if (open?.manifest.run !== manifest.run) {
      await closeFacts(open);
      open = undefined;
      open = await openRun(manifest, source);
    }
    await forgetErased(open, source);
    return open;
  };
}

async function openRun(manifest: FactsManifest, { fetch, temporary }: FactsSource): Promise<OpenFacts> {
  const folder = await mkdtemp(join(temporary, 'facts-'));
  const facts = await openFacts({
    folder,
    asOf: manifest.asOf,
    temporary: folder,
    fetch: (kind) => fetch(manifest, kind, folder),
  });
  return { manifest, facts, folder, forgotten: new Set() };
}

async function closeFacts(open: OpenFacts | undefined): Promise<void> {
  if (!open) return;
  open.facts.close();
  await rm(open.folder, { recursive: true, force: true });
}

async function forgetErased({ manifest, facts, forgotten }: OpenFacts, { erased }: FactsSource): Promise<void> {
  const fresh = [...(await erased.since(manifest.asOf))].filter((id) => !forgotten.has(id));
  if (fresh.length === 0) return;
  await facts.forget(fresh);
  for (const id of fresh) forgotten.add(id);
}
