import { createRequire } from 'node:module';
import { defineConfig } from 'tsdown';

const openTelemetry = createRequire(import.meta.url).resolve('@opentelemetry/api');

const common = { platform: 'node', target: 'node20.19', format: 'esm', fixedExtension: true } as const;

/** Three artefacts: the command line and the background process of the embedded backend (split, so that a command loads only what it needs), the public library with its types, and the demo service as one file for the image. */
export default defineConfig([
  {
    ...common,
    entry: { cli: 'src/cli/run.ts', daemon: 'src/backends/daemon.ts' },
    outDir: 'dist',
    clean: true,
    dts: false,
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
  },
]);
