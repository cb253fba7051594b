import { connect } from 'node:http2';
import { parsedJson, textAt, valueAt } from '../backends/json-path.ts';
import type { Page } from './flavour.ts';

/** Something that people take for Prometheus because it stands beside it. */
export type Stranger = {
  readonly kind: StrangerKind;
  /** What it was recognised by. */
  readonly evidence: string;
  readonly sentence: string;
  readonly advice: string;
};

export type StrangerKind = keyof typeof STRANGERS;

/** Recognises what answers at an address that has no Prometheus API; undefined when it is nothing we know. */
export async function strangerAt(base: string, page: Page): Promise<Stranger | undefined> {
  const [front, metrics, alerts, grafana, loki, query] = await Promise.all([
    page('/'),
    page('/metrics'),
    page('/api/v2/status'),
    page('/api/health', 'root'),
    page('/loki/api/v1/status/buildinfo', 'root'),
    page('/api/v1/query?query=1'),
  ]);
  const clues: Clues = {
    title: /<title>\s*([^<]{1,100}?)\s*</i.exec(front?.text ?? '')?.[1] ?? '',
    metrics: metrics?.status === 200 && /^# (HELP|TYPE) /m.test(metrics.text) ? metrics.text : '',
    alerts: alerts?.status === 200 ? parsedJson(alerts.text) : undefined,
    grafana: grafana?.status === 200 ? parsedJson(grafana.text) : undefined,
    loki: loki?.status === 200 && /"version"/.test(loki.text),
    query: query?.text ?? '',
  };
  for (const [kind, row] of Object.entries<Row>(STRANGERS)) {
    const evidence = row.recognise(clues);
    if (evidence === undefined) continue;
    return { kind: kind as StrangerKind, evidence, sentence: row.sentence(base), advice: row.advice };
  }
  return undefined;
}

/** Whether a port speaks HTTP/2 and nothing else, as gRPC does: it sends its settings first. Takes a second at most. */
export function speaksHttp2(base: string): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(base);
    const end = (answer: boolean) => {
      session.destroy();
      resolve(answer);
    };
    session.setTimeout(1_000, () => end(false));
    session.once('remoteSettings', () => end(true));
    session.once('error', () => end(false));
    session.once('close', () => end(false));
  });
}

type Clues = {
  /** Of the front page. */
  readonly title: string;
  /** The page of its own metrics; empty where it has none. */
  readonly metrics: string;
  readonly alerts: unknown;
  readonly grafana: unknown;
  readonly loki: boolean;
  /** What it says to a query. */
  readonly query: string;
};

type Row = {
  /** What is wrong, in one clause. */
  readonly says: string;
  readonly recognise: (clues: Clues) => string | undefined;
  readonly sentence: (base: string) => string;
  readonly advice: string;
  readonly seen: boolean;
};

const USUAL = 'Prometheus usually listens on port 9090.';

/** The first row that fits wins. */
export const STRANGERS = {
  // https://prometheus.io/docs/prometheus/latest/prometheus_agent/
  agent: {
    says: 'a Prometheus in agent mode, which stores nothing',
    recognise: ({ query }) => (/unavailable with Prometheus Agent/i.test(query) ? 'it says so itself' : undefined),
    sentence: (base) => `${base} is a Prometheus in agent mode: it passes samples on and answers no queries.`,
    advice: 'Ask the server it writes to: remote_write in its prometheus.yml names it.',
    seen: true,
  },
  // https://prometheus.io/docs/alerting/latest/management_api/
  alertmanager: {
    says: 'Alertmanager',
    recognise: ({ alerts, title, metrics }) =>
      valueAt(alerts, 'versionInfo') !== undefined || /^alertmanager_build_info/m.test(metrics)
        ? 'it answers /api/v2/status as Alertmanager does'
        : title === 'Alertmanager'
          ? 'its front page is headed Alertmanager'
          : undefined,
    sentence: (base) =>
      `${base} is Alertmanager, which sends alerts on; Prometheus, which stores and answers, is another program.`,
    advice: USUAL,
    seen: false,
  },
  // https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api
  grafana: {
    says: 'Grafana',
    recognise: ({ grafana, title }) =>
      textAt(grafana, 'database') !== undefined
        ? `/api/health tells Grafana ${textAt(grafana, 'version') ?? ''}`.trim()
        : title === 'Grafana'
          ? 'its front page is headed Grafana'
          : undefined,
    sentence: (base) => `${base} is Grafana, which draws; it asks a Prometheus that is another program.`,
    advice:
      'Name the address that its data source has (Connections > Data sources). By way of Grafana: --server URL/api/datasources/proxy/uid/UID with a service account token in --token-file.',
    seen: false,
  },
  pushgateway: {
    says: 'Pushgateway',
    recognise: ({ title, metrics }) =>
      /Pushgateway/i.test(title) || /^pushgateway_build_info/m.test(metrics)
        ? 'it names itself Pushgateway'
        : undefined,
    sentence: (base) => `${base} is the Pushgateway: Prometheus scrapes it, and answers queries elsewhere.`,
    advice: USUAL,
    seen: false,
  },
  // https://grafana.com/docs/loki/latest/reference/loki-http-api/
  loki: {
    says: 'Loki',
    recognise: ({ loki }) => (loki ? '/loki/api/v1/status/buildinfo answers' : undefined),
    sentence: (base) => `${base} is Loki, which stores logs and speaks LogQL, not PromQL.`,
    advice: USUAL,
    seen: false,
  },
  'node-exporter': {
    says: 'node_exporter',
    recognise: ({ title, metrics }) =>
      /^Node Exporter$/i.test(title) || /^node_exporter_build_info/m.test(metrics)
        ? 'it names itself node_exporter'
        : undefined,
    sentence: (base) => `${base} is node_exporter, which shows numbers of its machine for Prometheus to scrape.`,
    advice: `${USUAL} This one belongs under targets in prometheus.yml.`,
    seen: false,
  },
  application: {
    says: 'a program that shows its own metrics',
    recognise: ({ metrics }) =>
      metrics === '' ? undefined : `/metrics is a page of metrics, such as ${/^# \w+ (\S{1,80})/m.exec(metrics)?.[1]}`,
    sentence: (base) =>
      `${base} is a program that Prometheus scrapes, not Prometheus: it shows metrics and answers no queries.`,
    advice: `${USUAL} This address belongs under targets in prometheus.yml. To read its page: prom-tutor metrics --raw ADDRESS`,
    seen: true,
  },
} as const satisfies Readonly<Record<string, Row>>;
