import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../lib/paths.ts';
import { UserError } from '../model/errors.ts';

/** What came of reading a file of ours. `notice` is a sentence for the person, to be shown on stderr. */
export type Stored<T> =
  | { readonly kind: 'none'; readonly value: undefined; readonly notice: undefined }
  | { readonly kind: 'ok'; readonly value: T; readonly notice: undefined }
  /** It could not be understood and was renamed, never deleted. */
  | { readonly kind: 'damaged'; readonly value: undefined; readonly notice: string; readonly setAside: string }
  /** A later prom-tutor wrote it; it stays where it is. */
  | { readonly kind: 'newer'; readonly value: undefined; readonly notice: string; readonly version: number };

/** Looks into a parsed document: the value, or the path of the first field that is wrong. */
export type Shape<T> = (document: unknown) => { readonly value: T } | { readonly wrong: string };

/** Reads a JSON file that has a `version`. Throws `UserError` when the folder cannot be read. */
export async function readStored<T>(path: string, version: number, shape: Shape<T>): Promise<Stored<T>> {
  const text = await textOf(path);
  if (text === undefined) return { kind: 'none', value: undefined, notice: undefined };
  const found = understood(text, version, shape);
  if (found.kind === 'ok') return { ...found, notice: undefined };
  if (found.kind === 'newer') {
    const notice = `${path} was written by a newer prom-tutor (format ${found.version}, this one knows ${version}).`;
    return { kind: 'newer', value: undefined, notice, version: found.version };
  }
  const setAside = await asideName(path);
  await explained(path, () => rename(path, setAside));
  const notice = `${path} was damaged (${found.reason}). It was set aside as ${setAside}.`;
  return { kind: 'damaged', value: undefined, notice, setAside };
}

/** The same without touching anything: `reason` says in a clause what is wrong with a file that cannot be used. */
export async function peekStored<T>(
  path: string,
  version: number,
  shape: Shape<T>,
): Promise<
  | { readonly kind: 'none' }
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'damaged' | 'newer'; readonly reason: string }
> {
  const text = await textOf(path);
  if (text === undefined) return { kind: 'none' };
  const found = understood(text, version, shape);
  if (found.kind === 'ok') return found;
  return found.kind === 'wrong'
    ? { kind: 'damaged', reason: `${path}: ${found.reason}` }
    : { kind: 'newer', reason: `${path} has format ${found.version}, this prom-tutor knows ${version}` };
}

/** Writes the file in one step, readable by its owner alone, in a folder that only the owner may enter. */
export async function writeStored(path: string, document: object): Promise<void> {
  const before = writing.get(path) ?? Promise.resolve();
  const written = before.then(() =>
    explained(path, async () => {
      await makeFolder(dirname(path));
      const { default: writeFileAtomic } = await import('write-file-atomic');
      await writeFileAtomic(path, `${JSON.stringify(document, undefined, 2)}\n`, { mode: 0o600 });
    }),
  );
  const settled = written.catch(() => undefined);
  writing.set(path, settled);
  await written;
  if (writing.get(path) === settled) writing.delete(path);
}

/** Removes the file, also one that is just being written: an interrupted start removes while its last note is on the way. */
export async function removeStored(path: string): Promise<void> {
  await writing.get(path);
  await explained(path, async () => {
    await rm(path, { force: true });
    for (const name of await unfinished(path)) await rm(join(dirname(path), name), { force: true });
  });
}

/** What this process is writing at the moment, by path. */
const writing = new Map<string, Promise<unknown>>();

/** Files that a killed process was writing: write-file-atomic writes `name.NUMBER` first. */
async function unfinished(path: string): Promise<readonly string[]> {
  const start = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)));
}

async function textOf(path: string): Promise<string | undefined> {
  return explained(path, async () => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  });
}

type Understood<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'wrong'; readonly reason: string };

function understood<T>(text: string, version: number, shape: Shape<T>): Understood<T> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { kind: 'wrong', reason: text.trim() === '' ? 'it is empty' : 'it is not JSON' };
  }
  const told =
    typeof document === 'object' && document !== null && 'version' in document ? document.version : undefined;
  if (typeof told !== 'number') return { kind: 'wrong', reason: 'it has no version' };
  if (told > version) return { kind: 'newer', version: told };
  const found = shape(document);
  return 'value' in found
    ? { kind: 'ok', value: found.value }
    : { kind: 'wrong', reason: `wrong field: ${found.wrong}` };
}

/** The first free of NAME.damaged, NAME.damaged-2, … */
export async function asideName(path: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${path}.damaged` : `${path}.damaged-${n}`;
    const taken = await stat(name).then(
      () => true,
      () => false,
    );
    if (!taken) return name;
  }
}

/** Turns what the file system refuses into words; anything else goes on as it is. */
async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UserError(`the state folder cannot be used: ${error.message}`, {
      hint: `Make ${dirname(path)} readable and writable, or set XDG_STATE_HOME to a folder that is.`,
      cause: error,
    });
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
