import { defineConfig } from 'tsdown';

const common = { platform: 'node', target: 'node20.19', format: 'esm', fixedExtension: true } as const;

/** Three artefacts: the command line (split, so that a command loads only what it needs), the public library with its types, and the demo service as one file for the image. */
export default defineConfig([
  { ...common, entry: { cli: 'src/cli/run.ts' }, outDir: 'dist', clean: true, dts: false },
  { ...common, entry: { index: 'src/client/index.ts' }, outDir: 'dist', clean: false, dts: true },
  {
    ...common,
    entry: { app: 'src/app/main.ts' },
    outDir: 'stack',
    clean: false,
    dts: false,
    noExternal: [/.*/],
    inlineOnly: false,
    outputOptions: { inlineDynamicImports: true },
  },
]);
