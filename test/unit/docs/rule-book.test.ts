import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const book = readFileSync(join(root, 'shared/DOMAIN.md'), 'utf8');
const folders = ['functions', 'infra', 'shared', 'test'];

/** Sections as comments cite them: the digits and letter behind the name of the book. */
function citedSections(): Set<string> {
  const cited = new Set<string>();
  for (const file of folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,md}`, { cwd: root }))) {
    for (const [, section = ''] of readFileSync(join(root, file), 'utf8').matchAll(/\bDOMAIN (\d+a?)\b/g))
      cited.add(section);
  }
  return cited;
}

describe('the rules of the business', () => {
  test('have every section that a comment cites', () => {
    const sections = [...book.matchAll(/^#{2,3} (\d+a?)\. /gm)].map(([, section]) => section);
    const cited = citedSections();
    expect(cited.size).toBeGreaterThan(12);
    expect([...cited].filter((section) => !sections.includes(section))).toEqual([]);
  });

  test('name places that are there', () => {
    const places = [...book.matchAll(/`((?:domain|contracts|adapters)\/[^`]+)`/g)].map(([, place = '']) => place);
    expect(places.length).toBeGreaterThan(20);
    expect(places.filter((place) => !existsSync(join(root, 'shared', place)))).toEqual([]);
  });
});
