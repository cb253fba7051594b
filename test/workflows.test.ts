import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = new URL('..', import.meta.url);
const folder = new URL('.github/workflows/', root);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};

type Workflow = { readonly jobs: Record<string, { readonly steps: readonly { readonly run?: string }[] }> };

describe.each(readdirSync(folder))('%s', (file) => {
  const { jobs } = parse(readFileSync(new URL(file, folder), 'utf8')) as Workflow;
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

  it('runs scripts and files that the project has', () => {
    expect(commands.length).toBeGreaterThan(0);
    for (const [, script] of commands.join('\n').matchAll(/\bnpm run ([\w:]+)/g))
      expect(scripts).toHaveProperty([script ?? '']);
    for (const [, path] of commands.join('\n').matchAll(/\b(test\/tools\/[\w.-]+)/g)) {
      expect(readFileSync(new URL(path ?? '', root), 'utf8')).not.toBe('');
    }
  });
});
