/** Who may import whom. Each rule says why; the picture is in README.md, "Where things are". */
const inner = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: '^(infra|functions|shared|test)/', pathNot: allowed },
});

export default {
  forbidden: [
    inner(
      'domain-stands-alone',
      '^shared/domain/',
      '^shared/domain/',
      'Rules are pure: they know no storage, no transport and no other layer.',
    ),
    inner(
      'contracts-know-rules-only',
      '^shared/contracts/',
      '^shared/(domain|contracts)/',
      'Shapes others rely on must not depend on how we store or run.',
    ),
    inner(
      'usecases-know-ports-only',
      '^shared/usecases/',
      '^shared/(domain|contracts|usecases)/',
      'Use cases work against ports, so that the same code runs on any store.',
    ),
    inner(
      'adapters-implement-ports',
      '^shared/adapters/',
      '^shared/(domain|contracts|usecases|adapters)/',
      'An adapter implements a port; it does not know the Lambda around it.',
    ),
    inner(
      'runtime-is-plumbing',
      '^shared/runtime/',
      '^shared/(domain|contracts|runtime)/',
      'Lambda plumbing carries no business and no storage.',
    ),
    inner(
      'command-line-is-a-caller',
      '^shared/cli/',
      '^shared/(cli|domain|contracts)/',
      'The command line calls the API like any program: it knows its shapes and nothing behind them.',
    ),
    {
      name: 'command-line-is-not-deployed',
      severity: 'error',
      comment: 'It runs on the machine of whoever calls it; functions need none of it.',
      from: { path: '^(functions|shared)/', pathNot: '^shared/cli/' },
      to: { path: '^shared/cli/' },
    },
    {
      name: 'functions-know-no-sibling',
      severity: 'error',
      comment: 'A function is deployed alone; what two share belongs in shared/.',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'functions-stay-inside',
      severity: 'error',
      comment: 'What runs on AWS knows nothing of how it is deployed or tested.',
      from: { path: '^(functions|shared)/' },
      to: { path: '^(infra|test)/' },
    },
    {
      name: 'infra-takes-shapes-only',
      severity: 'error',
      comment: 'The CDK app takes env schemas from functions and plain values from contracts, never behaviour.',
      from: { path: '^infra/', pathNot: '^infra/local/' },
      to: { path: '^(functions|shared)/', pathNot: '^(functions/[^/]+/env\\.ts$|shared/contracts/)' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'A circle hides which of two modules is the inner one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-imports-zod-only',
      severity: 'error',
      comment: 'The rules run anywhere: no SDK, no Node service; node:crypto only for hashing is in contracts.',
      from: { path: '^shared/domain/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/(zod|libphonenumber-js)/' },
    },
    {
      name: 'sdk-in-adapters-only',
      severity: 'error',
      comment: 'SDK clients are made in functions/*/index.ts and used in adapters.',
      from: { path: '^shared/(domain|contracts|usecases|runtime)/' },
      to: { path: 'node_modules/@aws-sdk/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'cdk\\.out' },
    tsPreCompilationDeps: true,
    // TypeScript 7 has no programming interface yet; swc reads the imports.
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
