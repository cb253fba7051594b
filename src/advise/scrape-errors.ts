import { shellWord } from '../lib/shell-word.ts';

/** Where the Prometheus that scrapes runs, seen from this machine; decides what `localhost` in a target means. */
export type ScraperPlace = 'container' | 'here' | 'unknown';

export type ScrapeTrouble = {
  /** The row of the table; stable, for tests and JSON. `other` when no row knows the text. */
  readonly kind: ScrapeErrorKind | 'other';
  /** What happened, in plain words, about the target's address. */
  readonly sentence: string;
  /** What to change, and where. */
  readonly advice: string;
};

/**
 * Says in plain words why a scrape failed. `lastError` is Prometheus' own text as /api/v1/targets gives it, `scrapeUrl`
 * the address it asked. Never empty: a text that no row knows is told as it is.
 */
export function explainLastError(lastError: string, scrapeUrl: string, place: ScraperPlace): ScrapeTrouble {
  const target = targetOf(scrapeUrl);
  for (const [kind, row] of Object.entries<Row>(SCRAPE_ERRORS)) {
    const match = row.pattern.exec(lastError);
    if (match === null || row.when?.(target, place, lastError) === false) continue;
    return {
      kind: kind as ScrapeErrorKind,
      sentence: row.sentence(target, match, place),
      advice: row.advice(target, place),
    };
  }
  return {
    kind: 'other',
    sentence: `The last scrape of ${target.url} failed.`,
    advice: `Ask for the page yourself, from where Prometheus runs: curl -v ${target.word}`,
  };
}

type ScrapeTarget = {
  readonly url: string;
  /** The URL as a command can name it: the server that tells it is not trusted. */
  readonly word: string;
  /** Host and port. */
  readonly address: string;
  readonly host: string;
  readonly path: string;
  readonly isLocalhost: boolean;
};

type Row = {
  /** What is wrong, in one clause. */
  readonly says: string;
  readonly pattern: RegExp;
  readonly when?: (target: ScrapeTarget, place: ScraperPlace, lastError: string) => boolean;
  readonly sentence: (target: ScrapeTarget, match: RegExpExecArray, place: ScraperPlace) => string;
  readonly advice: (target: ScrapeTarget, place: ScraperPlace) => string;
  /** Whether the text was seen from a running Prometheus (3.5.3, by the real suite beside this file's test). */
  readonly seen: boolean;
};

export type ScrapeErrorKind = keyof typeof SCRAPE_ERRORS;

/** The first row that fits wins: what is particular stands above what is general. */
export const SCRAPE_ERRORS = {
  'localhost-in-container': {
    says: '`localhost` in a target is the container of Prometheus itself',
    pattern: /connection refused/,
    when: (target, place, lastError) =>
      place !== 'here' && (target.isLocalhost || /dial tcp (127(\.\d+){3}|\[::1\]):/.test(lastError)),
    sentence: ({ address }, _match, place) =>
      place === 'container'
        ? `Nothing listens on ${address} where Prometheus runs; inside a container, localhost is that container itself.`
        : `Nothing listens on ${address} where Prometheus runs: the program is not running, or Prometheus is in a container, where localhost is that container itself.`,
    advice: (_target, place) => {
      const names =
        'name the target by its compose service (sse-app:8000), or host.docker.internal:PORT for a program on the machine itself.';
      return place === 'container'
        ? `In prometheus.yml ${names}`
        : `Start the program, or correct the port in prometheus.yml. For a Prometheus in a container ${names}`;
    },
    seen: true,
  },
  refused: {
    says: 'nothing listens at the address of the target',
    pattern: /connection refused/,
    sentence: ({ address }) => `Nothing listens on ${address}: the program is not running, or listens on another port.`,
    advice: ({ word }) => `Start it, then look from where Prometheus runs: curl ${word}`,
    seen: true,
  },
  'no-such-host': {
    says: 'the name of the target is not known where Prometheus runs',
    pattern: /no such host|server misbehaving|Temporary failure in name resolution/,
    sentence: ({ host }) => `The name ${host} is not known where Prometheus runs.`,
    advice: ({ host }) =>
      `Check the spelling in prometheus.yml. Between containers ${host} must be a service of the same docker network: docker network inspect sse_default`,
    seen: true,
  },
  'no-route': {
    says: 'no way leads to the target',
    pattern: /no route to host|network is unreachable|host is down/,
    sentence: ({ host }) => `No way leads from Prometheus to ${host}.`,
    advice: () => 'Check that both are in the same network, and that no firewall stands between them.',
    seen: false,
  },
  'not-found': {
    says: 'the path is wrong (404)',
    pattern: /HTTP status 404\b/,
    sentence: ({ address, path }) => `${address} answers, but has no page ${path}: the path is wrong.`,
    advice: () => 'Set metrics_path of that job in prometheus.yml to the path where the program shows its metrics.',
    seen: true,
  },
  auth: {
    says: 'the target wants credentials (401, 403)',
    pattern: /HTTP status (401|403)\b/,
    sentence: ({ address }, match) => `${address} wants to know who asks, and refused the scrape (${match[1]}).`,
    advice: () => 'Give that job basic_auth or authorization in prometheus.yml.',
    seen: true,
  },
  'server-error': {
    says: 'the program failed while it wrote its metrics (5xx)',
    pattern: /HTTP status (5\d\d)\b/,
    sentence: ({ address, path }, match) => `${address} failed while it wrote ${path} (${match[1]}).`,
    advice: ({ address }) => `Read the log of the program at ${address}.`,
    seen: true,
  },
  'http-status': {
    says: 'another HTTP status than 200',
    pattern: /HTTP status (\d{3})\b/,
    sentence: ({ url }, match) => `${url} answers with HTTP status ${match[1]} instead of metrics.`,
    advice: ({ word }) => `Look at the answer: curl -v ${word}`,
    seen: false,
  },
  redirects: {
    says: 'redirects without end',
    pattern: /stopped after \d+ redirects/,
    sentence: ({ url }) => `${url} sends Prometheus from page to page and never to metrics.`,
    advice: () => 'Set scheme and metrics_path of that job to where the redirects should end.',
    seen: true,
  },
  'http-on-https': {
    says: 'the job says https, the program speaks http',
    pattern: /server gave HTTP response to HTTPS client/,
    sentence: ({ address }) => `${address} speaks http, and the job asks with https.`,
    advice: () => 'Remove "scheme: https" from that job in prometheus.yml.',
    seen: true,
  },
  'https-on-http': {
    says: 'the program speaks https, or no HTTP at all',
    pattern: /malformed HTTP (response|status code|version)|Client sent an HTTP request to an HTTPS server/,
    sentence: ({ address }) => `${address} does not speak http: it is https, or another protocol altogether.`,
    advice: () => 'Check the port; set "scheme: https" in that job if the program serves https.',
    seen: true,
  },
  tls: {
    says: 'the certificate of the target is not trusted',
    pattern: /x509:|tls: |certificate/,
    sentence: ({ address }) => `Prometheus does not trust the certificate of ${address}.`,
    advice: () =>
      'Give that job the authority that signed it: tls_config with ca_file (and server_name) in prometheus.yml.',
    seen: false,
  },
  timeout: {
    says: 'no answer within scrape_timeout',
    pattern: /context deadline exceeded|i\/o timeout|Client\.Timeout/,
    sentence: ({ url }) => `${url} did not answer within scrape_timeout.`,
    advice: ({ word }) =>
      `Measure it: curl -o /dev/null -w '%{time_total}\\n' ${word}. Make the page faster, or raise scrape_timeout (never above scrape_interval).`,
    seen: true,
  },
  reset: {
    says: 'the target cut the connection',
    pattern: /connection reset by peer|broken pipe/,
    sentence: ({ address }) => `${address} cut the connection before it answered.`,
    advice: ({ address }) =>
      `Read the log of the program at ${address}: it crashes, or something between the two cuts connections.`,
    seen: true,
  },
  'cut-off': {
    says: 'the page breaks off',
    pattern: /\bunexpected EOF$|: EOF$|^EOF$|gzip: invalid/,
    sentence: ({ address, path }) => `The answer of ${address}${path} broke off in the middle.`,
    advice: ({ address }) => `Read the log of the program at ${address}; a proxy in between may cut or recode answers.`,
    seen: true,
  },
  'content-type': {
    says: 'the page says it is something else than metrics',
    pattern: /unsupported Content-Type "([^"]*)"/,
    sentence: ({ url }, match) => `${url} is not a page of metrics: it says it is ${match[1]}.`,
    advice: () =>
      'Most often metrics_path or the port is wrong. If the page does hold metrics, set fallback_scrape_protocol: PrometheusText0.0.4 in that job (Prometheus 3 insists on a Content-Type).',
    seen: true,
  },
  'no-content-type': {
    says: 'the page does not say what it is, which Prometheus 3 insists on',
    pattern: /blank Content-Type|cannot parse Content-Type/,
    sentence: ({ url }) => `${url} sends no Content-Type that Prometheus 3 can read; Prometheus 2 let that pass.`,
    advice: () =>
      'Send "text/plain; version=0.0.4" from the program, or set fallback_scrape_protocol: PrometheusText0.0.4 in that job.',
    seen: true,
  },
  html: {
    says: 'the page is HTML',
    pattern: /("INVALID" is not a valid start token|valid start token, got "<)/,
    sentence: ({ url }) => `${url} gives a web page, not metrics.`,
    advice: () =>
      'Set metrics_path (and the port) of that job to where the program shows its metrics, most often /metrics.',
    seen: true,
  },
  'no-eof': {
    says: 'an OpenMetrics page without its last line',
    pattern: /does not end with # EOF/,
    sentence: ({ url }) => `${url} calls itself OpenMetrics but does not end with the line "# EOF".`,
    advice: () => 'Write that last line, or send the page as "text/plain; version=0.0.4".',
    seen: true,
  },
  limit: {
    says: 'a limit of the job is exceeded',
    pattern: /(sample|body size|label|label name length|label_name_length|label_value_length|bucket)[ _]limit exceeded/,
    sentence: ({ url }, match) =>
      `${url} shows more than the job allows: its ${match[1]?.replaceAll('_', ' ')} limit is exceeded.`,
    advice: () => 'Find the metric with too many label values, or raise the limit of that job in prometheus.yml.',
    seen: true,
  },
  unreadable: {
    says: 'the page is not the metrics format',
    pattern: /while parsing: |ParseFloat|expected (a valid|next entry|value|label|equal|timestamp)|invalid metric/,
    sentence: ({ url }) => `${url} shows something that is not the metrics format.`,
    advice: ({ word }) => `Let promtool point at the line: curl -s ${word} | promtool check metrics`,
    seen: true,
  },
  'bad-address': {
    says: 'a scheme or a path stands in `targets`',
    pattern: /is not a valid hostname|invalid (URL|port|host)|missing port in address|unsupported protocol scheme/,
    sentence: ({ address }) =>
      `${address} is not an address: a target is host:port, without http:// and without a path.`,
    advice: () => 'Put scheme and path where they belong: scheme and metrics_path of the job, next to static_configs.',
    seen: false,
  },
} as const satisfies Readonly<Record<string, Row>>;

function targetOf(scrapeUrl: string): ScrapeTarget {
  const url = URL.canParse(scrapeUrl) ? new URL(scrapeUrl) : undefined;
  const host = url?.hostname ?? scrapeUrl;
  return {
    url: scrapeUrl,
    word: shellWord(scrapeUrl),
    address: url?.host ?? scrapeUrl,
    host,
    path: url?.pathname ?? '/metrics',
    isLocalhost: /^(localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0)$/.test(host),
  };
}
