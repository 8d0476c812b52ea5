import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './bundle-functions.ts';

type Processor = 'x64' | 'arm64';

/** Packages with native code: they cannot be bundled, and travel beside the code. */
export interface NativePackages {
  readonly packages: readonly string[];
  /** What their code for Linux is built for. */
  readonly processor: Processor;
  /** What to do before deploying, where the code for Linux is missing: this machine runs its own. */
  readonly missing?: string;
}

/**
 * @param plain packages for any system
 * @param binding begins the names of those for one: `<binding>-linux-arm64`, `<binding>-darwin-arm64`, ... npm installs that
 *   of the machine it runs on; all that are there travel with the code.
 */
export function nativePackages(plain: readonly string[], binding: `@${string}/${string}`): NativePackages {
  const [scope = '', prefix = ''] = binding.split('/');
  const bindings = readdirSync(join(projectRoot, 'node_modules', scope))
    .filter((name) => name.startsWith(`${prefix}-`))
    .map((name) => `${scope}/${name}`);
  const packages = [...plain, ...bindings];
  const processor = (['arm64', 'x64'] as const).find((one) => bindings.includes(`${binding}-linux-${one}`));
  if (processor !== undefined) return { packages, processor };
  return {
    packages,
    processor: 'arm64',
    missing: `Before deploying, install the code for Linux: npm install --no-save --os=linux --cpu=arm64 ${binding}-linux-arm64`,
  };
}
