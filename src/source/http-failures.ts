import { UnavailableError, type UnavailableKind } from '../model/errors.ts';
import { EncodingError, TooLargeError } from './http-body.ts';
import type { ExchangeError, Phase } from './http-exchange.ts';
import type { HttpSourceOptions, OptionNames } from './http-options.ts';
import { bytesText } from './http-words.ts';
import { errors } from './undici-parts.ts';

/** What a failed exchange is told with. */
export type FailureFacts = {
  /** The server as shown. */
  readonly base: string;
  readonly names: OptionNames;
  readonly maxBytes: number;
  /** The proxy the connection goes to, as shown; whatever keeps a connection from standing is between us and it. */
  readonly proxy?: string | undefined;
  readonly hints?: HttpSourceOptions['hints'];
};

export type Told = {
  readonly kind: UnavailableKind;
  readonly message: string;
  readonly status?: number;
  readonly betterUrl?: string;
  readonly hint?: string;
  readonly cause?: unknown;
};

/** Every `UnavailableError` of this folder is made here, so that the caller's better hints reach all of them. */
export function unavailable(told: Told, facts: FailureFacts): UnavailableError {
  const hint = facts.hints?.[told.kind] ?? told.hint;
  return new UnavailableError({ ...told, url: facts.base, ...(hint === undefined ? {} : { hint }) });
}

/** The plain words for an exchange that broke off before a usable answer was there. */
export function exchangeFailure(error: ExchangeError, facts: FailureFacts): UnavailableError {
  const cause = deepest(error.cause);
  return unavailable({ ...tell(cause, codeOf(cause), error.phase, facts), cause: error.cause }, facts);
}

/** The words for a question that took longer than it may; `limitMs` is the limit somebody asked for. */
export function timeoutFailure(limitMs: number, answering: boolean, facts: FailureFacts): UnavailableError {
  const limit = `(limit ${limitMs / 1000} s)`;
  const message = answering
    ? `${facts.base} began to answer, but was not done in time ${limit}`
    : `${facts.base} did not answer in time ${limit}`;
  return unavailable(
    { kind: 'timeout', message, hint: `Ask for less, or allow more time: ${facts.names.timeout}` },
    facts,
  );
}

/** The words for a question to a source that has been closed. */
export function closedFailure(facts: FailureFacts): UnavailableError {
  return unavailable(closedHere(facts), facts);
}

/** Whether the connection went away before anything was answered, as an idle one does when the server drops it. */
export function isReset(error: ExchangeError): boolean {
  const code = codeOf(deepest(error.cause));
  return error.phase === 'before-answer' && RESET.has(code);
}

const RESET: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function tell(cause: unknown, code: string, phase: Phase, facts: FailureFacts): Told {
  const { base, names } = facts;
  if (cause instanceof TooLargeError) {
    return {
      kind: 'too-large',
      message: `the answer of ${base} is larger than ${bytesText(facts.maxBytes)}, the limit of ${names.maxBytes.split(' ')[0]}`,
      hint: `Ask for less (a shorter range, a larger step, topk(10, …), sum by (…)) or raise the limit: ${names.maxBytes}`,
    };
  }
  if (cause instanceof EncodingError) {
    return { kind: 'not-json', message: `${base} answers in the encoding "${cause.message}", which nobody asked for` };
  }
  const connection = CONNECTION[code];
  if (connection !== undefined) return connection(facts);
  const certificate = certificateFailure(code, facts);
  if (certificate !== undefined) return certificate;
  if (
    code.startsWith('Z_') ||
    code.startsWith('ERR__ERROR_FORMAT') ||
    code.startsWith('ERR_BROTLI') ||
    code === 'ERR_PADDING_2'
  ) {
    return code === 'Z_BUF_ERROR'
      ? truncated(base)
      : { kind: 'not-json', message: `${base} says its answer is compressed, but it cannot be decompressed` };
  }
  if (cause instanceof errors.HTTPParserError && phase === 'before-answer') {
    return {
      kind: 'not-json',
      message: `${base} does not speak HTTP`,
      hint: `Check the port. If the server wants TLS: ${names.server(base.replace(/^http:/, 'https:'))}`,
    };
  }
  if (phase === 'reading-answer') return truncated(base);
  const status = proxyStatus(cause);
  if (status !== undefined) return proxyRefusal(status, base);
  return {
    kind: 'reset',
    message: `${base} closed the connection without an answer${code === '' ? '' : ` (${code})`}`,
    hint: base.startsWith('https:')
      ? `Try again. If it stays so, check the port; the server may also want a client certificate: ${names.clientCert}`
      : `Try again. If it stays so, check the port, or ask with TLS: ${names.server(base.replace(/^http:/, 'https:'))}`,
  };
}

/** undici tells a proxy's refusal in the text of its errors only. */
function proxyStatus(cause: unknown): string | undefined {
  const text = cause instanceof Error ? cause.message : '';
  const match = /Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/.exec(text);
  return match?.[1] ?? match?.[2];
}

function proxyRefusal(status: string, base: string): Told {
  const message = `the proxy on the way to ${base} answered ${status} instead of passing the request on`;
  if (status !== '407') return { kind: 'server-error', status: Number(status), message, hint: PROXY_HINT };
  const hint = 'Put the credentials of the proxy into its address: http://USER:PASSWORD@PROXY:PORT';
  return { kind: 'auth', status: 407, message, hint };
}

function truncated(base: string): Told {
  return {
    kind: 'truncated',
    message: `the answer of ${base} broke off before its end`,
    hint: 'Try again. If it stays so, a proxy in between or the server itself is cutting answers: ask for less',
  };
}

const CONNECTION: { readonly [code: string]: ((facts: FailureFacts) => Told) | undefined } = {
  ECONNREFUSED: ({ base, proxy }) =>
    proxy === undefined
      ? {
          kind: 'refused',
          message: `nothing listens at ${base} (connection refused)`,
          hint: 'Check address and port. For a Prometheus to learn with: prom-tutor start',
        }
      : {
          kind: 'refused',
          message: `nothing listens at the proxy ${proxy} (connection refused), asked for ${base}`,
          hint: PROXY_HINT,
        },
  ENOTFOUND: (facts) => unknownHost(facts, 'there is no host named'),
  EAI_AGAIN: (facts) => unknownHost(facts, 'no name server tells the address of'),
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  UND_ERR_CONNECT_TIMEOUT: connectTimeout,
  ETIMEDOUT: connectTimeout,
  UND_ERR_HEADERS_OVERFLOW: ({ base }) => ({
    kind: 'too-large',
    message: `${base} answers with headers larger than any Prometheus sends`,
    hint: 'Check the address: something else than Prometheus seems to listen there',
  }),
  UND_ERR_DESTROYED: closedHere,
  UND_ERR_CLOSED: closedHere,
};

const PROXY_HINT = 'Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or proxy_url in --http.config.file';

function unknownHost({ base, proxy }: FailureFacts, message: string): Told {
  return {
    kind: 'dns',
    message: `${message} ${new URL(proxy ?? base).hostname}`,
    hint:
      proxy === undefined
        ? 'Check the spelling, and whether a VPN is needed. Names of containers are known inside their network only: use the published port on localhost'
        : PROXY_HINT,
  };
}

function unreachable({ base, proxy }: FailureFacts): Told {
  return {
    kind: 'refused',
    message: `there is no way to ${proxy ?? base} from here`,
    hint: 'Check the network, a VPN or a firewall',
  };
}

function connectTimeout({ base, proxy }: FailureFacts): Told {
  return {
    kind: 'timeout',
    message: `no connection to ${proxy === undefined ? base : `the proxy ${proxy}`} came about in time`,
    hint: proxy === undefined ? 'Check address and port; a firewall that drops packets looks like this' : PROXY_HINT,
  };
}

function closedHere({ base }: FailureFacts): Told {
  return { kind: 'reset', message: `the connection to ${base} has been closed on this side` };
}

/** Node's and OpenSSL's codes for certificates and handshakes. https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
function certificateFailure(code: string, { base, names }: FailureFacts): Told | undefined {
  const trust = `Name the authority that signed it: ${names.ca}. Without any check: ${names.insecure}`;
  const told = (message: string, hint: string): Told => ({ kind: 'tls', message: `${base}: ${message}`, hint });
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return told('its certificate is signed by an authority this machine does not know (self-signed)', trust);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_UNTRUSTED':
      return told('its certificate is signed by an authority this machine does not know', trust);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'UND_ERR_PRX_TLS':
      return told(
        'its certificate is for another host name',
        `Use the name the certificate is for, or ${names.serverName}`,
      );
    case 'CERT_HAS_EXPIRED':
      return told('its certificate has expired', `Renew it on the server. Without any check: ${names.insecure}`);
    case 'CERT_NOT_YET_VALID':
      return told('its certificate is not valid yet', 'Check the clock of this machine');
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_HTTP_REQUEST':
      return plainServer(base, names);
    default:
  }
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|ALERT_UNKNOWN_CA/.test(code)) {
    return told(
      `the server refused the TLS handshake (${code})`,
      `It may want a client certificate: ${names.clientCert}`,
    );
  }
  if (
    /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|EPROTO$|UNABLE_TO_|INVALID_CA$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/.test(
      code,
    )
  ) {
    return told(
      `no secure connection came about (${code})`,
      `Check the certificates: ${names.ca}, ${names.clientCert}`,
    );
  }
  return undefined;
}

function plainServer(base: string, names: OptionNames): Told {
  const betterUrl = base.replace(/^https:/, 'http:');
  const message = `${base}: the server does not speak TLS there`;
  return { kind: 'tls', message, betterUrl, hint: `Ask without: ${names.server(betterUrl)}` };
}

/** `localhost` has two addresses: what both refused comes as an AggregateError whose code is that of the first. */
function deepest(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return error;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}
