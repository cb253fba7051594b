import type { ExpositionFormat } from '../exposition/parse.ts';

/**
 * What Prometheus (Go's net/http) says where Node says something else. `answered` tells whether headers had come.
 * Measured against Prometheus 3.5 by test/scrape/fetch.real.test.ts.
 */
export function networkProblem(error: unknown, url: string, answered: boolean): string {
  const { code, message, port, address } = details(error);
  const target = new URL(url);
  const peer = `${address ?? target.hostname}:${port ?? (target.port || (target.protocol === 'https:' ? 443 : 80))}`;
  if (answered) return 'unexpected EOF';
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${peer}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${peer}: connect: no route to host`;
    case 'ENETUNREACH':
      return `dial tcp ${peer}: connect: network is unreachable`;
    case 'ENOTFOUND':
    case 'EAI_NODATA':
      return `dial tcp: lookup ${target.hostname}: no such host`;
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${target.hostname}: server misbehaving`;
    case 'ECONNRESET':
      return `read tcp ${peer}: read: connection reset by peer`;
    case 'UND_ERR_SOCKET':
      return 'EOF';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'context deadline exceeded';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'http: server gave HTTP response to HTTPS client';
    default:
      if (code?.startsWith('HPE_')) return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
      if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO/.test(code))
        return `tls: failed to verify certificate: ${message}`;
      return message;
  }
}

/** Why a Content-Type is no metrics format, in Prometheus' words; undefined when it is one. */
export function contentTypeProblem(type: string): string | undefined {
  if (type.trim() === '') {
    return 'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target';
  }
  const media = mediaType(type);
  if (media === undefined) {
    return `cannot parse Content-Type ${JSON.stringify(type)} and no fallback_scrape_protocol for target\nmime: no media type`;
  }
  if (media === 'text/plain' || media === 'application/openmetrics-text') return undefined;
  return `received unsupported Content-Type ${JSON.stringify(type)} and no fallback_scrape_protocol specified for target`;
}

export function formatOf(type: string): ExpositionFormat {
  return mediaType(type) === 'application/openmetrics-text' ? 'openmetrics' : 'text';
}

function mediaType(type: string): string | undefined {
  return /^\s*([a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)\s*(;|$)/i.exec(type)?.[1]?.toLowerCase();
}

type Details = { readonly code?: string; readonly message: string; readonly port?: number; readonly address?: string };

/** The innermost cause that has a code: Node wraps the failures of several addresses in one error. */
function details(error: unknown): Details {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, cause, errors, port, address } = error as Error & Partial<Details> & { errors?: readonly unknown[] };
  const inner = errors?.[0] ?? (code === undefined ? cause : undefined);
  if (inner !== undefined) return details(inner);
  return {
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(port === undefined ? {} : { port }),
    ...(address === undefined ? {} : { address }),
  };
}
