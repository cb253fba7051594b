import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** Who may import whom; `lib` and `model` always, oneself always. A folder after `type` may be imported for its types only. */
const MAY_IMPORT: Readonly<Record<string, { readonly code: string; readonly type?: string }>> = {
  lib: { code: '' },
  model: { code: '' },
  promql: { code: '' },
  tsdb: { code: '' },
  exposition: { code: '' },
  source: { code: 'promql tsdb exposition' },
  scrape: { code: 'promql tsdb exposition' },
  client: { code: 'source' },
  page: { code: 'advise explorer promql render source' },
  server: { code: 'page promql source scrape' },
  app: { code: 'exposition client' },
  advise: { code: 'promql source' },
  backends: { code: 'app server scrape source tsdb exposition' },
  tutor: { code: 'advise source promql' },
  explorer: { code: 'advise source promql' },
  doctor: { code: 'advise backends source promql' },
  render: { code: 'promql', type: 'advise tutor explorer doctor' },
  cli: { code: 'advise app backends client doctor exposition explorer promql render scrape server source tsdb tutor' },
};

/** Packages that only one folder may know. */
const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli'],
  '@clack/prompts': ['cli'],
  'prom-client': ['app'],
  execa: ['backends', 'doctor', 'cli'],
  chalk: ['render'],
  'cli-table3': ['render'],
  asciichart: ['render'],
};

/**
 * Where clock, process and randomness may be touched; everywhere else they are parameters. client/process-env.ts is the
 * library's own edge: an application that makes a client expects it to find the server in the environment.
 */
const EDGES = ['cli/io.ts', 'cli/run.ts', 'backends/app-main.ts', 'backends/daemon.ts', 'client/process-env.ts'];

const files = sourceFiles(src);

describe('the rooms of src', () => {
  it('has a rule for every folder', () => {
    const folders = [...new Set(files.map(folderOf))].sort();
    expect(folders.filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
  });

  it('imports only what the table allows', () => {
    expect(files.flatMap(forbiddenImports)).toEqual([]);
  });

  it('keeps each package in its room', () => {
    expect(files.flatMap(strayPackages)).toEqual([]);
  });

  it('touches process, console, clock and randomness only at the edges', () => {
    const touching = /\b(process\.(?!versions)|console\.|Date\.now\b|Math\.random\b|new Date\(\))/;
    const found = files
      .filter((file) => !EDGES.includes(nameOf(file)))
      .flatMap((file) =>
        codeLines(file)
          .filter(([, text]) => touching.test(text))
          .map(([line]) => `${nameOf(file)}:${line}`),
      );
    expect(found).toEqual([]);
  });

  it('keeps every file of code within 400 lines', () => {
    expect(files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 401).map(nameOf)).toEqual([]);
  });

  it('has at most five files in lib', () => {
    expect(files.filter((file) => folderOf(file) === 'lib').length).toBeLessThanOrEqual(5);
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function nameOf(file: string): string {
  return relative(src, file).split(sep).join('/');
}

function folderOf(file: string): string {
  return nameOf(file).split('/')[0] as string;
}

/** Lines that are not comments, with their numbers: an approximation that is enough for a house rule. */
function codeLines(file: string): [number, string][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text, index): [number, string] => [index + 1, text])
    .filter(([, text]) => !/^\s*(\/\/|\*|\/\*)/.test(text));
}

function importsOf(file: string): { readonly target: string; readonly typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^\s*(import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/import\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...statements].map((match) => ({ target: match[3] as string, typeOnly: match[2] !== undefined })),
    ...[...dynamic].map((match) => ({ target: match[1] as string, typeOnly: false })),
  ];
}

function forbiddenImports(file: string): string[] {
  const from = folderOf(file);
  const rule = MAY_IMPORT[from];
  const always = [from, 'lib', 'model'];
  return importsOf(file)
    .filter(({ target }) => target.startsWith('.'))
    .flatMap(({ target, typeOnly }) => {
      const full = join(dirname(file), target);
      const inside = relative(src, full).split(sep);
      if (inside[0] === '..') return target.endsWith('package.json') ? [] : [`${nameOf(file)} → ${target}`];
      const to = inside[0] as string;
      const allowed = [...always, ...(rule?.code ?? '').split(' '), ...(typeOnly ? (rule?.type ?? '').split(' ') : [])];
      return allowed.includes(to) ? [] : [`${nameOf(file)} → ${to}`];
    });
}

function strayPackages(file: string): string[] {
  return importsOf(file).flatMap(({ target }) => {
    const owners = OWNED_PACKAGES[target];
    return owners === undefined || owners.includes(folderOf(file)) ? [] : [`${nameOf(file)} → ${target}`];
  });
}
