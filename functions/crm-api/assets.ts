import { readFile } from 'node:fs/promises';
import type { Assets } from './routes/open.ts';

/** Files beside the code, each read once. */
export function assetsIn(directory: URL): Assets {
  const known = new Map<string, Buffer>();
  return async (name) => {
    const content = known.get(name) ?? (await readFile(new URL(name, directory)).catch(() => undefined));
    if (content) known.set(name, content);
    return content;
  };
}
