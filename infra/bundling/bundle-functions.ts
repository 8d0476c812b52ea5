import { spawnSync } from 'node:child_process';
import { constants, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Metafile } from 'esbuild';
import { phoneMetadataModule } from './phone-metadata.ts';

/** A function to bundle: the folder `functions/<name>`, and files that travel with its code. */
export interface FunctionSource {
  readonly name: string;
  /** Target path in the bundle -> source file, relative to the project. */
  readonly assets?: Readonly<Record<string, string>>;
  /** Target path in the bundle -> what makes its text at bundle time. */
  readonly generated?: Readonly<Record<string, () => string>>;
  /** Packages with native code, which are not bundled but lie in `node_modules` beside the code. */
  readonly packages?: readonly string[];
}

export interface Bundle {
  /** Holds index.mjs, its source map and the assets. */
  readonly directory: string;
  /** Size of index.mjs, minified, in bytes. */
  readonly bytes: number;
  /** Bytes that each source file has in the bundle, to see what made it grow. */
  readonly inputs: Readonly<Record<string, number>>;
}

export type Bundles = ReadonlyMap<string, Bundle>;

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const replacements = {
  '@aws-sdk/credential-provider-node': fileURLToPath(new URL('credentials.ts', import.meta.url)),
  bowser: fileURLToPath(new URL('nothing.ts', import.meta.url)),
  'mnemonist/lru-cache': fileURLToPath(new URL('lru-cache.ts', import.meta.url)),
};

/**
 * Bundles all functions in one esbuild call into `outdir/<name>/index.mjs`.
 * Throws when a function has no index.ts, or when esbuild finds an error.
 */
export function bundleFunctions(sources: readonly FunctionSource[], outdir: string, root = projectRoot): Bundles {
  const phoneMetadata = join(outdir, 'phone-metadata.mjs');
  mkdirSync(outdir, { recursive: true });
  writeFileSync(phoneMetadata, phoneMetadataModule());
  const { outputs } = build({
    entryPoints: Object.fromEntries(sources.map(({ name }) => [`${name}/index`, entryPoint(name, root)])),
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    external: [...new Set(sources.flatMap(({ packages = [] }) => packages))],
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module builds of packages can be tree-shaken; the CommonJS ones come whole.
    mainFields: ['module', 'main'],
    alias: { ...replacements, 'libphonenumber-js/metadata.min': phoneMetadata },
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  const sizes = new Map(
    Object.values(outputs).flatMap((output) => (output.entryPoint ? [[output.entryPoint, output] as const] : [])),
  );
  return new Map(
    sources.map(({ name, assets = {}, generated = {}, packages = [] }) => {
      const directory = join(outdir, name);
      copyAssets(assets, directory, root);
      copyPackages(packages, directory, root);
      writeGenerated(generated, directory);
      const output = sizes.get(`functions/${name}/index.ts`);
      const inputs = Object.entries(output?.inputs ?? {}).map(([file, { bytesInOutput }]) => [file, bytesInOutput]);
      return [name, { directory, bytes: output?.bytes ?? 0, inputs: Object.fromEntries(inputs) }];
    }),
  );
}

/** @throws what esbuild has found wrong */
function build(options: BuildOptions): Metafile {
  const runner = fileURLToPath(new URL('esbuild-process.ts', import.meta.url));
  const run = spawnSync(process.execPath, [runner], { input: JSON.stringify(options), maxBuffer: 256 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`The functions could not be bundled.\n${run.stderr.toString()}`);
  process.stderr.write(run.stderr);
  return JSON.parse(run.stdout.toString()) as Metafile;
}

function entryPoint(name: string, root: string): string {
  const file = join(root, 'functions', name, 'index.ts');
  if (!existsSync(file)) throw new Error(`The function ${name} has no functions/${name}/index.ts to bundle.`);
  return file;
}

function copyAssets(assets: Readonly<Record<string, string>>, directory: string, root: string): void {
  for (const [target, source] of Object.entries(assets)) {
    mkdirSync(dirname(join(directory, target)), { recursive: true });
    cpSync(join(root, source), join(directory, target));
  }
}

function copyPackages(packages: readonly string[], directory: string, root: string): void {
  for (const name of packages) {
    const path = join('node_modules', name);
    // Shared where the file system can: a binding is some 70 MB.
    cpSync(join(root, path), join(directory, path), { recursive: true, mode: constants.COPYFILE_FICLONE });
  }
}

function writeGenerated(generated: Readonly<Record<string, () => string>>, directory: string): void {
  for (const [target, make] of Object.entries(generated)) {
    mkdirSync(dirname(join(directory, target)), { recursive: true });
    writeFileSync(join(directory, target), make());
  }
}
