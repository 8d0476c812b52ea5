import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { ConflictError, type CustomerStore, type FileOrRedirect, type Versioned } from '../ports.ts';

/** Live files found by id, through however many merges: `idOf` leads from any id asked for to the living one, if it lives. */
export interface ResolvedFiles {
  readonly files: ReadonlyMap<string, Versioned<CustomerFile>>;
  idOf(id: string): string | undefined;
}

/** Reads files by id and follows redirects; one request where nobody was merged. */
export async function resolveFiles(
  ids: Iterable<string>,
  store: Pick<CustomerStore, 'readFiles'>,
): Promise<ResolvedFiles> {
  const files = new Map<string, Versioned<CustomerFile>>();
  const redirects = new Map<string, string>();
  let wanted = [...new Set(ids)];
  while (wanted.length > 0) {
    const read = await store.readFiles(wanted);
    const next = new Set<string>();
    for (const [id, item] of read) {
      const target = remember(id, item, files, redirects);
      if (target !== undefined && !files.has(target) && !redirects.has(target)) next.add(target);
    }
    wanted = [...next];
  }
  return { files, idOf: (id) => follow(id, files, redirects) };
}

function remember(
  id: string,
  { value, version }: Versioned<FileOrRedirect>,
  files: Map<string, Versioned<CustomerFile>>,
  redirects: Map<string, string>,
): string | undefined {
  if (value.type === 'file') {
    files.set(id, { value: value.file, version });
    return undefined;
  }
  if (value.type === 'erased') return undefined;
  redirects.set(id, value.to);
  return value.to;
}

function follow(
  id: string,
  files: ReadonlyMap<string, unknown>,
  redirects: ReadonlyMap<string, string>,
): string | undefined {
  let current: string | undefined = id;
  for (let steps = 0; current !== undefined && !files.has(current); steps++) {
    // The files are not read at one moment: two may have changed places in between.
    if (steps > redirects.size) throw new ConflictError('files changed while they were read');
    current = redirects.get(current);
  }
  return current;
}
