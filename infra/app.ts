import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, DefaultStackSynthesizer, type IReusableStackSynthesizer, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Bundles, bundleFunctions, projectRoot } from './bundling/bundle-functions.ts';
import { CrmStack, crmStackSources } from './stacks/crm-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { type StageChoice, stageSettings } from './stages.ts';

/**
 * Feature flags are set here and not in cdk.json, which only the CLI reads: the local stack and the tests synthesize
 * without it and must get the very same template.
 */
const context = {
  ...recommendedFlags,
  // Exports tie the stacks together: CloudFormation then refuses to delete tables that functions still use.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  // Where the code of each function is, and which construct made a resource, stand in the template.
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': true,
};

export interface AppOptions {
  /** Overrides what `-c` and the environment say. */
  readonly choice?: StageChoice;
  /** Where the cloud assembly goes; the CLI sets it itself. */
  readonly outdir?: string;
  /** Where functions/ is, for tests. */
  readonly root?: string;
}

/** Bundles the functions and builds the app; nothing is written to `outdir` but assets until it is synthesized. */
export function createApp({ choice, outdir, root = projectRoot }: AppOptions = {}): App {
  const app = new App({
    ...(outdir && { outdir }),
    postCliContext: context,
    analyticsReporting: false,
    defaultStackSynthesizer: synthesizer(),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const bundleDirectory = makeBundleDirectory(root);
  try {
    addStacks(app, { ...choiceFrom(app), ...choice }, bundleFunctions(crmStackSources, bundleDirectory, root));
  } finally {
    // The assembly has its own copy by now.
    rmSync(bundleDirectory, { recursive: true, force: true });
  }
  return app;
}

/**
 * Inside the project, so that the paths in the source maps, and with them the hash of an unchanged function, are the same
 * on every machine. A fresh one each time: tests and the local stack may synthesize at once.
 */
function makeBundleDirectory(root: string): string {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, 'huitou-bundles-'));
}

/**
 * No bootstrap parameter and rule in the templates: the CLI checks the bootstrap version itself. The assertion is there
 * because the typings of the library are not made for exactOptionalPropertyTypes.
 */
function synthesizer(): IReusableStackSynthesizer {
  return new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IReusableStackSynthesizer;
}

function addStacks(app: App, choice: StageChoice, bundles: Bundles): void {
  const stage = stageSettings(choice);
  const tags = { application: 'huitou', stage: stage.name };
  const data = new DataStack(app, `${stage.prefix}-data`, {
    stage,
    tags,
    description: 'Huitou: tables and root secret.',
  });
  new CrmStack(app, `${stage.prefix}-crm`, {
    stage,
    bundles,
    data,
    tags,
    description: 'Huitou: functions, queues and routes.',
  });
}

/** `-c stage=prod`, `alarmEmail=`, `nightly=`, `publicUrl=`; or HUITOU_STAGE, _ALARM_EMAIL, _NIGHTLY, _PUBLIC_URL. */
function choiceFrom(app: App): StageChoice {
  const stage = app.node.tryGetContext('stage') ?? process.env.HUITOU_STAGE;
  const alarmEmail = app.node.tryGetContext('alarmEmail') ?? process.env.HUITOU_ALARM_EMAIL;
  const nightly = app.node.tryGetContext('nightly') ?? process.env.HUITOU_NIGHTLY;
  const publicUrl = app.node.tryGetContext('publicUrl') ?? process.env.HUITOU_PUBLIC_URL;
  return {
    ...(stage && { stage }),
    ...(alarmEmail && { alarmEmail }),
    ...(nightly && { nightly }),
    ...(publicUrl && { publicUrl }),
  };
}

if (import.meta.main) createApp().synth();
