import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Rolldown } from 'tsdown';

const require = createRequire(import.meta.url);
const openTelemetry = require.resolve('@opentelemetry/api');
const completion = '@prometheus-io/codemirror-promql/dist/cjs/complete/hybrid.js';

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
    plugins: [licencesOfBundled('third-party-licences.txt')],
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
