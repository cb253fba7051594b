import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const [, table = ''] = /^\| to add \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page) ?? [];
const recipes = table
  .trimEnd()
  .split('\n')
  .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')) as [string, string, string]);

describe('the recipes of CONTRIBUTING', () => {
  it('are those of everything that is a table', () => {
    expect(recipes).toHaveLength(9);
  });

  it.each(recipes)('%s begins in a file that there is, and ends with a test that there is', (_, begins, ends) => {
    const paths = [...begins.matchAll(/`((?:src|lessons)\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(paths).not.toEqual([]);
    // The number and the name of a new lesson are its own.
    expect(paths.filter((path) => !existsSync(join(root, path.replace('20-slug.md', ''))))).toEqual([]);
    const [, file = '', title = ''] = /^`(test\/[^`]+)`: "([^"]+)"/.exec(ends) ?? [];
    expect(readFileSync(join(root, file), 'utf8')).toContain(title);
  });
});
