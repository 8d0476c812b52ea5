import { readFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * Runs esbuild in a process of its own: its plugins work asynchronously, and a CDK app is put together synchronously.
 * Takes the options as JSON on stdin, and writes what esbuild found out of the bundles to stdout.
 */

/**
 * Modules that come with a library and are never used here. Every export becomes a function that hands back what it was
 * given, since the configuration of a client passes through some.
 */
const neverUsed = [
  // Types of attachments by file name, and attachments from the web: there are none.
  /nodemailer\/dist\/esm\/mime-funcs\/mime-types\.js$/,
  /nodemailer\/dist\/esm\/fetch\/index\.js$/,
  // JSON schemas are made when bundling, for the description of the API.
  /zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/,
  // No operation we call answers with a stream of events.
  /@smithy\/core\/dist-es\/submodules\/event-streams\/.+\/\w+\.js$/,
  /@smithy\/core\/dist-es\/submodules\/event-streams\/EventStreamSerde\.js$/,
  // SHA-256 in JavaScript, for a Node without crypto. MD5 stays: a Node that keeps to FIPS has none of its own.
  /@smithy\/core\/dist-es\/submodules\/checksum\/sha256\/Sha256Js\.js$/,
];

/** Of a client's package.json the version alone is read. */
const packageFile = /@aws-sdk\/client-[^/]+\/package\.json$/;

const withoutDeadWeight: Plugin = {
  name: 'without-dead-weight',
  setup({ onLoad }) {
    for (const filter of neverUsed) onLoad({ filter }, ({ path }) => ({ contents: emptied(path) }));
    onLoad({ filter: packageFile }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

function emptied(path: string): string {
  const source = readFileSync(path, 'utf8');
  const names = [
    ...[...source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(([, name]) => name),
    ...[...source.matchAll(/^export \{ \w+ as (\w+) \}/gm)].map(([, name]) => name),
    ...(/^export default /m.test(source) ? ['default'] : []),
  ];
  return `const nothing = (given) => given;\nexport { ${names.map((name) => `nothing as ${name}`).join(', ')} };\n`;
}

const options = JSON.parse(readFileSync(0, 'utf8')) as BuildOptions;
try {
  const { metafile } = await build({ ...options, plugins: [withoutDeadWeight] });
  process.stdout.write(JSON.stringify(metafile));
} catch {
  // esbuild has printed what is wrong, with the line.
  process.exitCode = 1;
}
