import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `npm test`: everything CI runs, one suite after the other, with a line at the end that says how it went. */
const suites = ['unit', 'infra', 'integration', 'e2e'] as const;

interface SuiteResult {
  readonly name: string;
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

const reports = mkdtempSync(join(tmpdir(), 'huitou-tests-'));

function run(command: string, args: readonly string[]): { ok: boolean; seconds: number } {
  const started = performance.now();
  // The inner loop draws fewer.
  const env = { ALL_RUNS: '1', MUTATED_BODIES: '5000', ...process.env };
  const { status } = spawnSync(command, args, { stdio: 'inherit', env });
  return { ok: status === 0, seconds: (performance.now() - started) / 1000 };
}

function runSuite(name: string): SuiteResult {
  process.stdout.write(`\n── ${name} ──\n`);
  const report = join(reports, `${name}.json`);
  const { ok, seconds } = run('npx', [
    ...['--no-install', 'vitest', 'run', '--config', 'test/config/vitest.config.ts', '--project', name],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  return { name, ok, seconds, ...countsIn(report) };
}

function countsIn(report: string): Pick<SuiteResult, 'passed' | 'failed' | 'skipped'> {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

process.stdout.write('── check: types, lint, layers ──\n');
const check = run('npm', ['run', '--silent', 'check']);
const results = suites.map(runSuite);
rmSync(reports, { recursive: true, force: true });

process.stdout.write(`\ncheck        ${check.ok ? 'ok    ' : 'FAILED'} ${check.seconds.toFixed(0)} s\n`);
for (const { name, ok, passed, failed, skipped, seconds } of results) {
  const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  process.stdout.write(`${name.padEnd(12)} ${ok ? 'ok    ' : 'FAILED'} ${seconds.toFixed(0)} s   ${counts}\n`);
}
const sum = (key: 'passed' | 'failed' | 'skipped') => results.reduce((total, result) => total + result[key], 0);
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
process.exit(check.ok && results.every(({ ok }) => ok) ? 0 : 1);
