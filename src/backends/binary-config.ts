import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isScalar, parseDocument, visit } from 'yaml';
import { portOf } from './stack-ports.ts';
import type { StackState } from './state.ts';

/**
 * Writes the configuration of the stack with the targets' addresses on this machine. Everything else is as the file in
 * `stack/` has it, the `instance` labels included, which keep the names of the containers.
 */
export async function writePrometheusConfig(from: string, state: StackState): Promise<string> {
  const path = join(state.dir, 'prometheus.yml');
  await writeFile(path, withLocalTargets(await readFile(from, 'utf8'), addressesOf(state)), { mode: 0o600 });
  return path;
}

/** Replaces addresses in lists called `targets`. Throws when one is not in the table: the two files have gone apart. */
export function withLocalTargets(text: string, addresses: ReadonlyMap<string, string>): string {
  const document = parseDocument(text);
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== 'targets' || value === null) return;
      visit(value as Parameters<typeof visit>[0], {
        Scalar(_key, node) {
          const address = addresses.get(String(node.value));
          if (address === undefined) throw new Error(`no address for the target ${String(node.value)}`);
          node.value = address;
        },
      });
      return visit.SKIP;
    },
  });
  return String(document);
}

function addressesOf({ urls }: StackState): ReadonlyMap<string, string> {
  return new Map([
    ['localhost:9090', `127.0.0.1:${portOf(urls.prometheus)}`],
    ['sse-app:8000', `127.0.0.1:${portOf(urls.apps[0])}`],
    ['sse-app-2:8000', `127.0.0.1:${portOf(urls.apps[1])}`],
  ]);
}
