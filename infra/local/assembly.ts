import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from './problem.ts';

/** One resource as CloudFormation writes it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { Type: string; Default?: unknown; AllowedPattern?: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { Value: unknown; Export?: { Name: unknown }; Condition?: string }>>;
}

export interface StackTemplate {
  readonly stackName: string;
  readonly template: Template;
}

/** A synthesized CDK app: its templates, and where the files behind their asset keys lie. */
export interface Assembly {
  readonly stacks: readonly StackTemplate[];
  /** S3 object key of an asset (as the template names it) -> directory or file on disk. */
  readonly assets: ReadonlyMap<string, string>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Reads a `cdk.out` directory; throws SetupError when there is no template in it. */
export function readAssembly(directory: string): Assembly {
  const root = resolve(directory);
  if (!existsSync(root)) throw new SetupError(`There is no synthesized app at ${root}.`, 'Run: npx cdk synth');
  const files = readdirSync(root);
  const stacks = files
    .filter((file) => file.endsWith('.template.json'))
    .sort()
    .map((file) => ({
      stackName: file.slice(0, -'.template.json'.length),
      template: readJson(join(root, file)) as Template,
    }));
  if (stacks.length === 0) throw new SetupError(`No template (*.template.json) in ${root}.`, 'Run: npx cdk synth');
  const assets = new Map<string, string>();
  for (const file of files.filter((name) => name.endsWith('.assets.json'))) addAssets(assets, root, join(root, file));
  return { stacks, assets };
}

interface AssetManifest {
  readonly files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

function addAssets(assets: Map<string, string>, root: string, manifestPath: string): void {
  const manifest = readJson(manifestPath) as AssetManifest;
  for (const file of Object.values(manifest.files ?? {})) {
    if (file.source.path === undefined) continue;
    for (const destination of Object.values(file.destinations)) {
      assets.set(destination.objectKey, resolve(root, file.source.path));
    }
  }
}
