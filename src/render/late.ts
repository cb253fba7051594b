import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A package that is loaded when it is needed first, for those that take longer than most output has use for. Older Nodes
 * cannot load modules without waiting, or warn that they do: there it is loaded at once.
 */
export async function late<T>(name: string, load: () => Promise<T>): Promise<() => T> {
  if (!REQUIRES_MODULES) {
    const loaded = await load();
    return () => loaded;
  }
  return () => require(name) as T;
}

/** https://nodejs.org/docs/latest-v22.x/api/modules.html#loading-ecmascript-modules-using-require */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const REQUIRES_MODULES = major >= 24 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19);
