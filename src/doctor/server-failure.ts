import type { UnavailableError, UnavailableKind } from '../model/errors.ts';
import type { Kind } from './kinds.ts';

/** Which kind of trouble it is when no usable answer came. */
export function failureKind({ kind, message, betterUrl }: UnavailableError): Kind {
  const found = PARTICULAR.find((row) => row.of === kind && row.pattern.test(message));
  if (found !== undefined) return found.kind;
  if (kind === 'not-found' && betterUrl !== undefined) return 'wrong-prefix';
  if (kind === 'redirect' && betterUrl !== undefined) return 'server-moved';
  return GENERAL[kind];
}

/** Our own words for failures (source/http-answers.ts, source/http-failures.ts) that name a cause of their own. */
const PARTICULAR: readonly { readonly of: UnavailableKind; readonly pattern: RegExp; readonly kind: Kind }[] = [
  { of: 'auth', pattern: /wants to know the tenant/, kind: 'tenant-missing' },
  { of: 'auth', pattern: /^the proxy wants/, kind: 'proxy-credentials' },
  { of: 'auth', pattern: /refused the credentials/, kind: 'credentials-refused' },
  { of: 'auth', pattern: /does not allow it/, kind: 'credentials-not-enough' },
  { of: 'tls', pattern: /authority this machine does not know/, kind: 'certificate-unknown' },
  { of: 'tls', pattern: /has expired/, kind: 'certificate-expired' },
  { of: 'tls', pattern: /is not valid yet/, kind: 'certificate-early' },
  { of: 'tls', pattern: /is for another host name/, kind: 'certificate-other-name' },
  { of: 'tls', pattern: /refused the TLS handshake/, kind: 'certificate-wanted' },
  { of: 'tls', pattern: /does not speak TLS/, kind: 'https-on-http' },
  { of: 'tls', pattern: /wants TLS$/, kind: 'http-on-https' },
];

const GENERAL: { readonly [K in UnavailableKind]: Kind } = {
  refused: 'server-refused',
  dns: 'server-dns',
  tls: 'server-tls',
  timeout: 'server-timeout',
  reset: 'server-reset',
  auth: 'server-auth',
  'not-found': 'server-not-found',
  html: 'server-html',
  'not-json': 'server-not-json',
  truncated: 'server-truncated',
  'too-large': 'server-too-large',
  redirect: 'server-redirect',
  starting: 'server-starting',
  'rate-limited': 'server-rate-limited',
  'server-error': 'server-error',
  'bad-url': 'url-unreadable',
};
