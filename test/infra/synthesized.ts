import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { createApp } from '../../infra/app.ts';
import { projectRoot } from '../../infra/bundling/bundle-functions.ts';
import type { StageChoice } from '../../infra/stages.ts';

/** One resource of a template, with just enough shape to ask questions. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

interface Template {
  readonly Resources: Record<string, Omit<Resource, 'id'>>;
  readonly Parameters?: Record<string, Record<string, unknown>>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

export interface Synthesized {
  readonly data: Template;
  readonly crm: Template;
  /** Of both stacks. */
  readonly resources: readonly Resource[];
}

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true });
});

/** A project with functions that do nothing: what the template promises does not depend on their code. */
export function projectWithEmptyFunctions(names: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'huitou-infra-'));
  made.push(root);
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  for (const name of names) {
    mkdirSync(join(root, 'functions', name), { recursive: true });
    writeFileSync(join(root, 'functions', name, 'index.ts'), 'export const handler = async () => undefined;\n');
  }
  return root;
}

/** The app of a stage with the real functions, not synthesized yet, for tests that add to it. */
export function appOf(choice: StageChoice = {}): App {
  const outdir = mkdtempSync(join(tmpdir(), 'huitou-infra-'));
  made.push(outdir);
  return createApp({ choice, outdir });
}

export function synthesize(choice: StageChoice = {}): Synthesized {
  const { stacks } = appOf(choice).synth();
  const template = (suffix: string): Template => {
    const stack = stacks.find(({ stackName }) => stackName.endsWith(suffix));
    if (!stack) throw new Error(`No stack ...${suffix}`);
    return stack.template as Template;
  };
  const data = template('-data');
  const crm = template('-crm');
  const resources = [data, crm].flatMap(({ Resources }) =>
    Object.entries(Resources).map(([id, resource]) => ({ id, ...resource, Properties: resource.Properties ?? {} })),
  );
  return { data, crm, resources };
}

export const functionFolders = readdirSync(join(projectRoot, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
