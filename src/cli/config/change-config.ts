import { type Document, isMap, isScalar, type Pair, parseDocument } from 'yaml';
import { UsageError } from '../../model/errors.ts';
import { changedYaml } from '../../source/yaml-file.ts';
import type { ConfigProblem } from './config-error.ts';
import { readConfig } from './read-config.ts';
import { settingOf } from './settings.ts';

/** Where the file is, and what it says now. */
export type ConfigText = { readonly text: string; readonly path: string; readonly homeDir: string };

/**
 * The text with one key set: `theme`, or `servers.NAME.KEY`. A line that shows the key commented out becomes the setting;
 * everything else stays as it is. Throws `UsageError` for keys and values that cannot be.
 */
export function withKey(file: ConfigText, key: string, value: string): string {
  const parts = keyParts(key);
  const [name = ''] = parts;
  if (parts.length > 1)
    return checked(
      file,
      key,
      changedYaml(file.text, (document) => setIn(document, parts, value)),
    );
  named(key, () => settingOf(name).parse(value));
  const line = `${name}: ${scalar(value)}`;
  const place = pairOf(file.text, name);
  const commented = new RegExp(`^#[ \\t]*${name}:.*$`, 'm');
  if (place !== undefined) {
    return checked(file, key, file.text.slice(0, place.start) + line + file.text.slice(place.end));
  }
  if (commented.test(file.text))
    return checked(
      file,
      key,
      file.text.replace(commented, () => line),
    );
  return checked(
    file,
    key,
    changedYaml(file.text, (document) => document.set(name, value)),
  );
}

/** The text without one key, or undefined when it is not there. A setting of one line is commented out, not lost. */
export function withoutKey(file: ConfigText, key: string): string | undefined {
  const parts = keyParts(key);
  const [name = ''] = parts;
  const document = parseDocument(file.text);
  if (!document.hasIn(parts)) return undefined;
  const place = parts.length === 1 ? pairOf(file.text, name) : undefined;
  if (place !== undefined)
    return checked(file, key, `${file.text.slice(0, place.start)}# ${file.text.slice(place.start)}`);
  return checked(
    file,
    key,
    changedYaml(file.text, (changed) => {
      remove(changed, parts);
      for (let depth = parts.length - 1; depth > 0; depth--) {
        const left = changed.getIn(parts.slice(0, depth), true);
        if (isMap(left) && left.items.length === 0) remove(changed, parts.slice(0, depth));
      }
    }),
  );
}

/** Takes a key away. What stands above a key of the top may be settings that are commented out: it stays. */
function remove(document: Document, parts: readonly string[]): void {
  const { contents } = document;
  const at = isMap(contents) ? contents.items.findIndex(({ key }) => isScalar(key) && key.value === parts[0]) : -1;
  if (parts.length > 1 || !isMap(contents) || at < 0) {
    document.deleteIn(parts);
    return;
  }
  const { key } = contents.items[at] as Pair;
  const above = isScalar(key) ? key.commentBefore : undefined;
  contents.items.splice(at, 1);
  if (above === undefined || above === null) return;
  const next = contents.items[at]?.key;
  const below = isScalar(next) ? next : undefined;
  const kept = [above, below === undefined ? document.comment : below.commentBefore].filter(Boolean).join('\n\n');
  if (below === undefined) document.comment = kept;
  else below.commentBefore = kept;
}

/** What the file itself says about a key; throws `UsageError` where it says nothing. */
export function writtenValue({ text }: ConfigText, key: string): string {
  const value: unknown = parseDocument(text).getIn(keyParts(key));
  if (value === undefined || value === null) {
    throw new UsageError(`${key} is not set`, { hint: 'To see what is: prom-tutor config' });
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `theme` → one part; `servers.production.headers.X-Team` → four. */
function keyParts(key: string): readonly string[] {
  const parts = key.split('.');
  if (parts.length === 1) return [settingOf(key).key];
  if (parts[0] === 'servers' && parts.length <= 4 && parts.every((part) => part !== '')) return parts;
  throw new UsageError(`"${key}" is no key of the settings`, {
    hint: 'Keys of a server look like servers.production.token_file; see: prom-tutor config',
  });
}

function setIn(document: Document, parts: readonly string[], value: string): void {
  for (let depth = 1; depth < parts.length; depth++) {
    const path = parts.slice(0, depth);
    const there = document.getIn(path, true);
    if (isMap(there)) continue;
    // `production: https://…` is short for a server with only this address.
    const short = depth === 2 && isScalar(there) && there.value !== null ? { url: there.value } : {};
    document.setIn(path, document.createNode(short));
  }
  document.setIn(parts, parts.at(-1) === 'insecure' ? value === 'true' : value);
}

/** Where a key with its one-line value stands at the top of the file: offsets. */
function pairOf(text: string, key: string): { readonly start: number; readonly end: number } | undefined {
  const { contents } = parseDocument(text);
  if (!isMap(contents) || contents.flow === true) return undefined;
  const pair = contents.items.find((one: Pair) => isScalar(one.key) && one.key.value === key);
  if (pair === undefined || !isScalar(pair.key) || !isScalar(pair.value)) return undefined;
  const start = pair.key.range?.[0];
  const valueEnd = pair.value.range?.[1];
  if (start === undefined || valueEnd === undefined) return undefined;
  const end = pair.value.value === null ? start + key.length + 1 : valueEnd;
  return text.slice(start, end).includes('\n') ? undefined : { start, end };
}

/** A text as YAML has it on one line; what is plain stays plain. */
function scalar(value: string): string {
  return /^[\w][\w.:/@%+-]*$/.test(value) && !value.endsWith(':') ? value : JSON.stringify(value);
}

/** The change is made only when the file is good after it. */
function checked({ path, homeDir }: ConfigText, key: string, text: string): string {
  const { problems } = readConfig(text, path, homeDir);
  const [first] = problems;
  if (first === undefined) return text;
  throw new UsageError(`${key}: ${messages(problems)}`, { hint: 'Nothing was changed.' });
}

function messages(problems: readonly ConfigProblem[]): string {
  return problems.map(({ message }) => message).join('; ');
}

function named(key: string, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${key}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
  }
}
