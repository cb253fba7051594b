import { shellWord } from '../lib/shell-word.ts';
import type { OptionNames } from './http-options.ts';

/** What hints call things when `prom-tutor` asks. */
export const CLI_NAMES: OptionNames = {
  server: (url) => `-s ${shellWord(url)}`,
  basicAuth: '--user NAME --password-file FILE',
  token: '--token-file FILE',
  header: "-H 'Authorization: …'",
  orgId: '--org-id TENANT',
  ca: '--ca-file FILE',
  clientCert: '--cert-file FILE --key-file FILE',
  serverName: 'server_name in --http.config.file',
  insecure: '--insecure',
  timeout: '--timeout 2m',
  maxBytes: '--max-response 512MB',
  followRedirects: 'follow_redirects in --http.config.file',
};

/** The same things as properties of the library's options. */
export const LIBRARY_NAMES: OptionNames = {
  server: (url) => `url: '${url}'`,
  basicAuth: "auth: { kind: 'basic', username, password }",
  token: "auth: { kind: 'bearer', token }",
  header: 'headers',
  orgId: 'orgId',
  ca: 'tls.ca',
  clientCert: 'tls.cert and tls.key',
  serverName: 'tls.serverName',
  insecure: 'tls.insecure',
  timeout: 'timeoutMs',
  maxBytes: 'maxBytes',
  followRedirects: 'followRedirects',
};

/** Whether a path that a server named is one to suggest: no character in it means anything to a shell. */
export function isPlainPath(path: string): boolean {
  return /^[\w.~/%-]*$/.test(path);
}

/** The first line of a server's text, cut to what a person reads; still untrusted. */
export function firstLine(text: string, longest = 200): string {
  const line = text.split(/\r?\n/).find((part) => part.trim() !== '') ?? '';
  return shorten(line.trim(), longest);
}

/** Cuts at a character, never inside a surrogate pair, and says so. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
}

/** `128 MB`, `64 kB`: whole units of 1024. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Math.round(value * 10) / 10} ${units[unit]}`;
}
