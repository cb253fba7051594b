import { isAbsolute, join, resolve } from 'node:path';
import { nearest } from '../../lib/nearest.ts';
import { UsageError } from '../../model/errors.ts';
import { isSettableHeader } from '../../source/http-auth.ts';
import { readShaped, type Shape } from '../../source/yaml-shape.ts';
import type { FileConfig, NamedServer } from './config.ts';
import type { ConfigProblem } from './config-error.ts';
import { INLINE_SECRETS, SECRET_HEADERS, SERVER_FIELDS } from './server-fields.ts';
import { SETTINGS, type SettingKey } from './settings.ts';

/** The version of the format that this tool writes and reads. */
export const CONFIG_VERSION = 1;

/** What a settings file says, or everything that is wrong with it. Paths in it are relative to its folder. */
export function readConfig(
  text: string,
  path: string,
  homeDir: string,
): Pick<FileConfig, 'given' | 'servers'> & { readonly problems: readonly ConfigProblem[] } {
  const {
    value,
    problems: found,
    placeOf,
    keyPlaceOf,
  } = readShaped(text.replace(/^\uFEFF/, ''), FILE as { readonly fields: Readonly<Record<string, 'text'>> });
  const written = value as unknown as Written;
  const newer = newerVersion(written.version);
  if (newer !== undefined) return { given: {}, servers: {}, problems: [{ ...placeOf('version'), message: newer }] };
  const problems: ConfigProblem[] = found.map((one) => ({ column: 1, ...one }));
  const report: Report = (at, message, where = 'value') => {
    problems.push({ ...(where === 'key' ? keyPlaceOf(at) : placeOf(at)), message });
  };
  const servers = serversOf(written.servers ?? {}, { folder: resolve(path, '..'), homeDir, report });
  const given = givenOf(written, report);
  if (typeof given.server === 'string') checkServer(given.server, Object.keys(servers), report);
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { given, servers, problems };
}

const SERVER_SHAPE: Shape = {
  fields: Object.fromEntries<Shape>([
    ...SERVER_FIELDS.map(({ key, shape }) => [key, shape] as const),
    ...Object.keys(INLINE_SECRETS).map((key) => [key, 'text'] as const),
  ]),
  short: 'url',
};

/** The rows of the tables as a shape; what is read with it is `Written`. */
const FILE: { readonly fields: Readonly<Record<string, Shape>> } = {
  fields: {
    version: 'text',
    ...Object.fromEntries(SETTINGS.map(({ key }) => [key, 'text'] as const)),
    servers: { map: SERVER_SHAPE },
  },
};

type WrittenServer = Readonly<Record<string, string | boolean | Readonly<Record<string, string>> | undefined>>;
type Written = { readonly [K in SettingKey | 'version']?: string } & {
  readonly servers?: Readonly<Record<string, WrittenServer>>;
};
type Report = (at: string, message: string, where?: 'key' | 'value') => void;
type Ground = { readonly folder: string; readonly homeDir: string; readonly report: Report };

function newerVersion(version: string | undefined): string | undefined {
  if (version === undefined || version === String(CONFIG_VERSION)) return undefined;
  return Number(version) > CONFIG_VERSION
    ? `this file is of version ${version}, made by a newer prom-tutor; this one knows version ${CONFIG_VERSION}`
    : `there is no version ${version} of this file; write version: ${CONFIG_VERSION}`;
}

function givenOf(written: Written, report: Report): FileConfig['given'] {
  const entries = SETTINGS.flatMap(({ key, parse }): [string, unknown][] => {
    const text = written[key];
    if (text === undefined) return [];
    return told(report, key, () => parse(text)).map((value) => [key, value]);
  });
  return Object.fromEntries(entries);
}

/** What `make` gives in a list, or nothing when what it was made of is wrong. */
function told<T>(report: Report, at: string, make: () => T): readonly T[] {
  try {
    return [make()];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    report(
      at,
      error.hint === undefined
        ? error.message
        : `${error.message}${error.message.endsWith('?') ? '' : '.'} ${error.hint}`,
    );
    return [];
  }
}

/** A word that is neither a name nor like an address is a slip. */
function checkServer(server: string, names: readonly string[], report: Report): void {
  if (names.includes(server) || /[.:/[]/.test(server) || server === 'localhost') return;
  const [meant] = nearest(server, names, 1);
  const known = names.length === 0 ? 'there are no servers in this file' : `there are ${names.join(', ')}`;
  report(
    'server',
    `"${server}" is no server of this file; ${meant === undefined ? known : `did you mean "${meant}"?`}`,
  );
}

/** Names that can be typed after `-s` without being taken for an address. */
const NAME = /^[A-Za-z][\w-]{0,63}$/;

function serversOf(
  servers: Readonly<Record<string, WrittenServer>>,
  ground: Ground,
): Readonly<Record<string, NamedServer>> {
  const entries = Object.entries(servers).map(([name, written]): [string, NamedServer] => {
    if (!NAME.test(name)) {
      ground.report(`servers.${name}`, `"${name}" cannot be the name of a server; use letters, digits, - and _`, 'key');
    }
    return [name, serverOf(`servers.${name}`, written, ground)];
  });
  return Object.fromEntries(entries);
}

function serverOf(at: string, written: WrittenServer, ground: Ground): NamedServer {
  const { report } = ground;
  const text = (key: string) => (typeof written[key] === 'string' ? (written[key] as string) : undefined);
  const map = (key: string) => (typeof written[key] === 'object' ? (written[key] as Record<string, string>) : {});
  const file = (key: string) => {
    const path = text(key);
    if (path === '') report(`${at}.${key}`, `${key} names no file`);
    return path === undefined ? undefined : filePath(path, ground);
  };
  const parsed = (key: string): number | undefined => {
    const field = SERVER_FIELDS.find((one) => one.key === key);
    const given = text(key);
    if (given === undefined || field === undefined || !('parse' in field)) return undefined;
    return told(report, `${at}.${key}`, () => field.parse(given))[0];
  };
  checkParts(at, written, report);
  const url = text('url') ?? '';
  checkUrl(at, url, report);
  const headerFiles = Object.fromEntries(
    Object.entries(map('header_files')).map(([name, path]) => [name.toLowerCase(), filePath(path, ground)]),
  );
  const header = Object.entries(map('headers')).map(([name, value]) => `${name}: ${value}`);
  checkHeaders(at, map('headers'), map('header_files'), report);
  return {
    url,
    options: defined({
      httpConfigFile: file('http_config_file'),
      tokenFile: file('token_file'),
      user: text('user'),
      passwordFile: file('password_file'),
      orgId: text('org_id'),
      caFile: file('ca_file'),
      certFile: file('cert_file'),
      keyFile: file('key_file'),
      insecure: written.insecure === true ? true : undefined,
      timeout: parsed('timeout'),
      maxResponse: parsed('max_response'),
      header: header.length === 0 ? undefined : header,
      headerFiles: Object.keys(headerFiles).length === 0 ? undefined : headerFiles,
    }),
  };
}

/** Keys that exclude or need each other, and secrets that stand in the open. */
function checkParts(at: string, written: WrittenServer, report: Report): void {
  const has = (key: string) => written[key] !== undefined;
  for (const [key, instead] of Object.entries(INLINE_SECRETS)) {
    if (!has(key)) continue;
    report(
      `${at}.${key}`,
      `a secret does not belong in this file: write it into a file of its own (chmod 600) and name that with ${instead}`,
      'key',
    );
  }
  const ways = ['http_config_file', 'token_file', 'user'].filter(has);
  if (ways[1] !== undefined) report(`${at}.${ways[1]}`, `${ways.join(' and ')} exclude each other`);
  if (has('user') !== has('password_file') && !has('password')) {
    report(`${at}.${has('user') ? 'user' : 'password_file'}`, 'user and password_file belong together');
  }
  if (has('cert_file') !== has('key_file') && !has('key')) {
    report(`${at}.${has('cert_file') ? 'cert_file' : 'key_file'}`, 'cert_file and key_file belong together');
  }
}

function checkUrl(at: string, url: string, report: Report): void {
  if (url === '') {
    report(at, `${at} needs a url`, 'key');
    return;
  }
  const whole = url.includes('://') ? url : `http://${url}`;
  if (!URL.canParse(whole) || !/^https?:/i.test(whole)) {
    report(`${at}.url`, `"${url}" is not an address such as https://prometheus.example.org`);
    return;
  }
  const { username, password } = new URL(whole);
  if (username !== '' || password !== '') {
    report(`${at}.url`, 'an address with a password does not belong in this file; use user and password_file', 'key');
  }
}

function checkHeaders(
  at: string,
  headers: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
  report: Report,
): void {
  for (const name of [...Object.keys(headers), ...Object.keys(files)]) {
    const where = `${at}.${Object.hasOwn(headers, name) ? 'headers' : 'header_files'}.${name}`;
    if (!isSettableHeader(name)) report(where, `"${name}" is no header that can be set`, 'key');
  }
  for (const name of Object.keys(headers)) {
    if (!SECRET_HEADERS.has(name.toLowerCase())) continue;
    const instead = name.toLowerCase() === 'authorization' ? 'token_file, or user and password_file' : 'header_files';
    report(
      `${at}.headers.${name}`,
      `the value of ${name} is a secret, which does not belong in this file; use ${instead}`,
      'key',
    );
  }
}

function filePath(path: string, { folder, homeDir }: Ground): string {
  if (/^~[/\\]/.test(path)) return join(homeDir, path.slice(2));
  return isAbsolute(path) ? path : join(folder, path);
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
