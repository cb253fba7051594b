import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Rolldown } from 'tsdown';

const require = createRequire(import.meta.url);
const openTelemetry = require.resolve('@opentelemetry/api');
const completion = '@prometheus-io/codemirror-promql/dist/cjs/complete/hybrid.js';

/** Packages of Node's older module format that a start loads. */
const OLDER_FORMAT = [
  'cli-table3',
  'commander',
  'fastest-levenshtein',
  'undici/lib/api/api-request.js',
  'undici/lib/core/errors.js',
  'undici/lib/dispatcher/agent.js',
];

/**
 * What help takes is one file, and what `query` takes beyond it another: finding and opening a file takes as long as
 * compiling some ten kilobytes. Each has what its modules import that is in none above it.
 */
const TOGETHER = [
  [null, ['src/cli/run.ts']],
  ['help', ['src/cli/quick-help.ts', 'src/cli/io.ts']],
  ['query', ['src/cli/main.ts', 'src/cli/commands/query.ts']],
] as const;

const common = { platform: 'node', target: 'node20.19', format: 'esm', fixedExtension: true } as const;

/** Three artefacts: the command line and the background process of the embedded backend (split, so that a command loads only what it needs), the public library with its types, and the demo service as one file for the image. */
export default defineConfig([
  {
    ...common,
    entry: { cli: 'src/cli/run.ts', daemon: 'src/backends/daemon.ts' },
    outDir: 'dist',
    clean: true,
    dts: false,
    // What a prompt needs of Prometheus' own completion: 44 kB of the tarball, where the packages it is cut from take
    // 5 MB of a disk. Node cannot import its other module format, and only of that one can the editor be left out.
    alias: { [completion]: require.resolve(completion).replace('/cjs/', '/esm/') },
    treeshake: { manualPureFunctions: ['snippet'] },
    deps: {
      onlyBundle: [
        '@lezer/common',
        '@lezer/highlight',
        '@lezer/lr',
        '@prometheus-io/codemirror-promql',
        '@prometheus-io/lezer-promql',
      ],
    },
    outputOptions: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf }] } },
    plugins: [required(OLDER_FORMAT), licencesOfBundled('third-party-licences.txt')],
  },
  {
    ...common,
    entry: { index: 'src/client/index.ts' },
    outDir: 'dist',
    clean: false,
    dts: true,
    // The client can be disposed of; without this, programs that compile for an older library would not know the type.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
  {
    ...common,
    entry: { app: 'src/backends/app-main.ts' },
    outDir: 'stack',
    clean: false,
    dts: false,
    deps: { alwaysBundle: [/.*/], onlyBundle: false },
    outputOptions: { codeSplitting: false },
    // prom-client requires its CommonJS form, in which rolldown 1.0.0-rc.17 mixes up names of the same spelling.
    alias: { '@opentelemetry/api': openTelemetry.replace('.cjs', '.mjs') },
    plugins: [licencesOfBundled('app.third-party-licences.txt')],
  },
]);

/**
 * Loads these packages with `require`: an `import` of them would first search their text for the names they export, which
 * takes longer than running them.
 */
function required(packages: readonly string[]): Rolldown.Plugin {
  const mark = '\0required:';
  return {
    name: 'required',
    resolveId: { order: 'pre', handler: (id) => (packages.includes(id) ? mark + id : null) },
    load(id) {
      if (!id.startsWith(mark)) return null;
      const name = id.slice(mark.length);
      const names = Object.keys(require(name)).filter((key) => /^[A-Za-z]\w*$/.test(key) && key !== 'default');
      return [
        "import { createRequire } from 'node:module';",
        `const found = createRequire(import.meta.url)('${name}');`,
        'export default found;',
        ...names.map((key) => `export const ${key} = found.${key};`),
      ].join('\n');
    },
  };
}

type Chunking = Parameters<Extract<NonNullable<Rolldown.CodeSplittingGroup['name']>, (...args: never[]) => unknown>>[1];

const files = new Map<string, string | null>();

/** The name of the file that a module goes into, or null where that does not matter. */
function fileOf(id: string, chunking: Chunking): string | null {
  if (files.size === 0) {
    for (const [name, entries] of TOGETHER) {
      const waiting: string[] = entries.map((entry) => join(import.meta.dirname, entry));
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (files.has(next)) continue;
        files.set(next, name);
        waiting.push(...(chunking.getModuleInfo(next)?.importedIds ?? []));
      }
    }
  }
  return files.get(id) ?? null;
}

/** Writes the licences of the packages whose code went into the files, as those licences ask for. */
function licencesOfBundled(fileName: string): Rolldown.Plugin {
  return {
    name: 'licences-of-bundled',
    generateBundle(_options, files) {
      const modules = Object.values(files).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
      const texts = [...folders].map(licenceOf).sort();
      if (texts.length > 0) this.emitFile({ type: 'asset', fileName, source: texts.join(`\n${'-'.repeat(72)}\n\n`) });
    },
  };
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${[`${name} ${version} (${license})`, ...texts].join('\n\n')}\n`;
}
