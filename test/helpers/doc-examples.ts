import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = join(import.meta.dirname, '..', '..');

/** The fenced `ts` blocks of a page of ours, in order. */
export function codeBlocks(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}

/** Runs an example as it stands in the page, with `prom-tutor` being our source; gives its exports. */
export async function runExample<T>(code: string): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-example-'));
  try {
    const library = pathToFileURL(join(root, 'src', 'client', 'index.ts')).href;
    const file = join(dir, 'example.mjs');
    writeFileSync(file, transpiled(code).replaceAll("'prom-tutor'", JSON.stringify(library)));
    return (await import(file)) as T;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function transpiled(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  return outputText;
}
