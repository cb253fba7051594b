import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../src/cli/config/settings.ts';

const text = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

describe('what the documentation tells', () => {
  it('has every setting with its default', () => {
    const rows = [...text('docs/configuration.md').matchAll(/^\| `(\w+)` \| (\S*) ?\|/gm)].map(([, key, value]) => [
      key,
      value,
    ]);
    expect(rows).toEqual(SETTINGS.map((row) => [row.key, row.default]));
  });

  it('has a reason for every dependency, with their number', () => {
    const manifest = JSON.parse(text('package.json')) as { readonly dependencies: Readonly<Record<string, string>> };
    const page = text('docs/dependencies.md');
    const rows = [...page.matchAll(/^\| `([^`]+)` \| \d+ \| \d+ \| [^|]{10,} \| [^|]{4,} \|$/gm)].map(
      (match) => match[1],
    );
    expect(rows).toEqual(Object.keys(manifest.dependencies));
    expect(page).toContain(`${rows.length} direct dependencies`);
  });

  it('counts the packages that come with them', () => {
    const lock = JSON.parse(text('package-lock.json')) as {
      readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly hasInstallScript?: boolean }>>;
    };
    const production = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    expect(text('docs/dependencies.md')).toContain(`${production.length} packages with theirs`);
    expect(production.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
  });
});
