import { type Identity, KNOWN_HOSTS } from './report-identity.ts';

/**
 * Makes a text fit to be shown to strangers. Left as they are: this machine (localhost, 127.0.0.0/8, ::1), addresses of
 * private networks (RFC 1918), names of the stack's own parts, jobs, metrics and queries. Whatever is in doubt is hidden.
 */
export function redactor(identity: Identity): (text: string) => string {
  const exact = [
    ...rules(identity.secrets.flatMap(spellings), HIDDEN, (text) => escaped(text)),
    ...rules(identity.homes.flatMap(pathSpellings), '~', (text) => `${escaped(text)}(?![\\w-])`),
  ];
  const names = [
    ...rules(identity.hosts, HOST, (text) => `(?<![\\w-])${escaped(text)}(?![\\w-])`),
    ...rules(identity.users, USER, (text) => `(?<![a-z0-9])${escaped(text)}(?![a-z0-9])`),
  ];
  return (text) => [CREDENTIALS, ...exact, ...PATTERNS, ...names].reduce((left, rule) => rule(left), text);
}

const HIDDEN = '<hidden>';
const HOST = '<host>';
const USER = '<user>';

type Rule = (text: string) => string;

function rules(texts: readonly string[], by: string, pattern: (text: string) => string): readonly Rule[] {
  // The longest first: a part of a longer one must not be all that is taken of it.
  const sorted = [...new Set(texts)].sort((a, b) => b.length - a.length);
  return sorted.map((text) => {
    const found = new RegExp(pattern(text), 'gi');
    return (left: string) => left.replace(found, () => by);
  });
}

/** A secret as programs write it. */
function spellings(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(String.fromCharCode(...bytes));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed(secret)),
    encodeURI(wellFormed(secret)),
    base64,
    base64.replace(/=+$/, ''),
  ];
}

function pathSpellings(path: string): readonly string[] {
  return [path, path.replaceAll('\\', '\\\\'), path.replaceAll('\\', '/'), encodeURI(wellFormed(path))];
}

/** Half of a pair cannot be encoded. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

const by =
  (pattern: RegExp, replacement: string | ((...groups: string[]) => string)): Rule =>
  (text) =>
    typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement);

/** Credentials of an address, up to its last @. */
const CREDENTIALS = by(/(\/\/)[^\s"'<>]*@/g, '$1');

/** Headers and settings whose value opens something, however they are written. */
const KEYS =
  '[\\w.-]*(?:authorization|cookie|pass(?:word|wd|phrase)?|pwd|token|secret|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|org[_-]?id|tenant|signature|session)[\\w.-]*';
/** In JSON that is itself a text in JSON, quotes have a backslash before them. */
const QUOTE = `\\\\?["']`;
/** A text between quotes, whatever is escaped in it, or without its end; or a word. */
const VALUE = `(?:\\\\(["'])[\\s\\S]*?(?:\\\\\\4|$)|"(?:\\\\.|[^"\\\\])*(?:"|$)|'(?:\\\\.|[^'\\\\])*(?:'|$)|[^\\s,;&]+)`;

const PATTERNS: readonly Rule[] = [
  // Certificates and keys.
  by(/-----BEGIN [\s\S]*?(?:-----END [^-]*-----|$)/g, HIDDEN),
  by(/\b(bearer|basic|digest|negotiate)\s+[^\s"',;]{3,}/gi, (_, scheme = '') => `${scheme} ${HIDDEN}`),
  // A cookie has parts, each of which may be the one that counts.
  by(/\b((?:set-)?cookie\s*:\s*)[^\n"'\\]+/gi, (_, head = '') => `${head}${HIDDEN}`),
  by(
    new RegExp(`(${QUOTE}?)\\b(${KEYS})\\1(\\s*[:=]\\s*)${VALUE}`, 'gi'),
    (_, quote = '', key = '', sign = '') => `${quote}${key}${quote}${sign}${HIDDEN}`,
  ),
  by(/(--user|-u)([ =])\S+/g, (_, option = '', sign = '') => `${option}${sign}${USER}`),
  by(/([?&])([\w.[\]-]+)=([^\s&#"']*)/g, (all, sign = '', key = '') =>
    /^(query|time|start|end|step|timeout)$/.test(key) ? all : `${sign}${key}=${HIDDEN}`,
  ),
  by(/\beyJ[\w-]{5,}(?:\.[\w-]*)*/g, HIDDEN),
  by(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>'),
  // Long texts of letters and digits are ids and keys.
  by(/(?<![\w/+-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])[\w+-][\w+/-]{31,}={0,2}/gi, (all) =>
    /^[a-z]+(-[a-z]+)*$/i.test(all) || (all.includes('/') && !/[A-Z]/.test(all)) ? all : HIDDEN,
  ),
  // Homes of anybody.
  by(
    /(?:(?<![a-z])[a-z]:|(?:\/mnt)?\/[a-z](?=\/))?[\\/]+(?:Users|Documents and Settings)[\\/]+[^\\/:*?"<>|\r\n]+/gi,
    '~',
  ),
  by(/(?:\/var|\/export|\/usr)?\/home\/[^/\s'":,;)]+/g, '~'),
  by(/(?<=^|[\s'"=:,(])~[a-z_][\w.-]*/gi, '~'),
  // Shares of another machine.
  by(/(?<![\w\\])\\\\[\w.-]+(?=\\)/g, `\\\\${HOST}`),
  by(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, HIDDEN),
  by(/(?<![\w.:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%\w+)?(?![\w.:])/gi, (all) =>
    isShownIpv6(all) ? all : '<address>',
  ),
  by(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)/g, (all) => (isShownIpv4(all) ? all : '<address>')),
  by(/([a-z][\w+.-]*:\\?\/\\?\/)([\w.-]+)/gi, (_, scheme = '', host = '') => `${scheme}${shownHost(host)}`),
  by(/\b(lookup|ENOTFOUND|EAI_AGAIN|host|DNS:)(\s*)([\w.-]+)/gi, (all, word = '', gap = '', host = '') =>
    ENGLISH.has(host.toLowerCase()) ? all : `${word}${gap}${shownHost(host)}`,
  ),
  by(
    /(?<![\w./-])([a-z][\w-]*):(\d{2,5})(?![\w.-]*[a-z\d])/gi,
    (_, host = '', port = '') => `${shownHost(host)}:${port}`,
  ),
  by(/(?<![\w-])[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+(?![\w-])/gi, shownHost),
];

/** What follows the word "host" or "lookup" in a sentence. */
const ENGLISH: ReadonlySet<string> = new Set([
  'is',
  'was',
  'of',
  'on',
  'at',
  'name',
  'names',
  'not',
  'has',
  'that',
  'and',
  'or',
  'for',
  'to',
  'in',
  'found',
]);

/** Ends of names that are files (or locales), and of no domain. */
const FILES = /\.(ya?ml|json|m?js|ts|log|lock|sock|damaged(-\d+)?|txt|service|utf-?8)$/i;

function shownHost(host: string): string {
  const bare = host.replace(/\.$/, '');
  if (KNOWN_HOSTS.has(bare.toLowerCase()) || FILES.test(bare)) return host;
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(bare) && isShownIpv4(bare) ? host : HOST;
}

/** https://www.rfc-editor.org/rfc/rfc1918 and loopback. */
function isShownIpv4(address: string): boolean {
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(address);
}

/** The loopback and the unspecified address; and times of day, which look alike. */
function isShownIpv6(text: string): boolean {
  return /^(::1?|\d{1,2}:\d{2}(:\d{2})?)$/.test(text);
}
