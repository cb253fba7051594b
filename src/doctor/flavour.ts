import { parsedJson, textAt } from '../backends/json-path.ts';
import type { Looked } from '../source/http-look.ts';

/** Looks at a page of the server; undefined where nothing usable came. `root`: below the host, not below the API's path. */
export type Page = (path: string, root?: 'root') => Promise<Looked | undefined>;

/** What answers PromQL at an address. */
export type Flavour = {
  readonly kind: FlavourKind;
  readonly name: string;
  /** Empty where it does not tell. */
  readonly version: string;
  /** What it was recognised by. */
  readonly evidence: string;
  /** How it differs from Prometheus itself, for somebody who learns. */
  readonly differs?: string;
};

export type FlavourKind = keyof typeof FLAVOURS;

/** Recognises what answers at `base` by its address, its build information and its health pages. */
export async function flavourOf(base: string, page: Page): Promise<Flavour | undefined> {
  const [build, ready, health, stores, front] = await Promise.all([
    page('/api/v1/status/buildinfo'),
    page('/-/ready'),
    page('/-/healthy'),
    page('/api/v1/stores'),
    page('/', 'root'),
  ]);
  const information = { build: parsedJson(build?.text ?? '') };
  const clues: Clues = {
    host: new URL(base).hostname,
    application: textAt(information, 'build', 'data', 'application') ?? '',
    version: textAt(information, 'build', 'data', 'version') ?? '',
    goVersion: textAt(information, 'build', 'data', 'goVersion') ?? '',
    health: [ready, health].flatMap((each) => (each?.status === 200 ? [each.text.trim()] : [])).join('\n'),
    stores: stores?.status === 200 && /"status"\s*:\s*"success"/.test(stores.text),
    front: front?.text ?? '',
  };
  for (const [kind, row] of Object.entries<Row>(FLAVOURS)) {
    const evidence = row.recognise(clues);
    if (evidence === undefined) continue;
    const { name, differs, tellsVersion = true } = row;
    const version = tellsVersion ? clues.version : '';
    return { kind: kind as FlavourKind, name, version, evidence, ...(differs === undefined ? {} : { differs }) };
  }
  return undefined;
}

type Clues = {
  readonly host: string;
  /** Of the build information; empty where it is not told. */
  readonly application: string;
  readonly version: string;
  readonly goVersion: string;
  /** The texts of /-/ready and /-/healthy. */
  readonly health: string;
  /** Whether it lists stores behind it. */
  readonly stores: boolean;
  readonly front: string;
};

type Row = {
  readonly name: string;
  /** What it was recognised by; undefined when it is something else. */
  readonly recognise: (clues: Clues) => string | undefined;
  readonly differs?: string;
  /** Whether the version it tells is its own. */
  readonly tellsVersion?: boolean;
  /** Met by us; false: from its documentation. */
  readonly seen: boolean;
};

const BEHIND_MIMIR =
  'Targets are scraped by something else, so there is no list of them; every question needs the tenant (--org-id).';

/** The first row that fits wins: services by their address, then what they say of themselves. */
export const FLAVOURS = {
  // https://grafana.com/docs/grafana-cloud/send-data/metrics/metrics-prometheus/
  'grafana-cloud': {
    name: 'Grafana Cloud (Mimir)',
    recognise: ({ host }) => (/\.grafana\.net$/.test(host) ? `the address ends with grafana.net: ${host}` : undefined),
    differs: 'Targets are scraped by something else, so there is no list of them. User is the instance id, a number.',
    seen: false,
  },
  // https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-APIReference.html
  amp: {
    name: 'Amazon Managed Service for Prometheus',
    recognise: ({ host }) => (/^aps-workspaces[.-].*amazonaws\.com$/.test(host) ? `the address is ${host}` : undefined),
    differs: 'Requests have to be signed (SigV4): a proxy such as aws-sigv4-proxy does that.',
    seen: false,
  },
  // https://cloud.google.com/stackdriver/docs/managed-prometheus/query-api-ui
  google: {
    name: 'Google Cloud Managed Service for Prometheus',
    recognise: ({ host }) => (host === 'monitoring.googleapis.com' ? `the address is ${host}` : undefined),
    differs: 'It wants a short-lived OAuth token: gcloud auth print-access-token, in a file for --token-file.',
    seen: false,
  },
  // https://grafana.com/docs/mimir/latest/references/http-api/#build-information
  mimir: {
    name: 'Grafana Mimir',
    recognise: ({ application }) =>
      /mimir|enterprise metrics/i.test(application) ? `build information names ${application}` : undefined,
    differs: BEHIND_MIMIR,
    seen: false,
  },
  // https://cortexmetrics.io/docs/api/
  cortex: {
    name: 'Cortex',
    recognise: ({ application, front }) =>
      /cortex/i.test(application)
        ? `build information names ${application}`
        : /<title>[^<]*Cortex/i.test(front)
          ? 'its front page is headed Cortex'
          : undefined,
    differs: BEHIND_MIMIR,
    seen: false,
  },
  // https://thanos.io/tip/components/query.md/
  thanos: {
    name: 'Thanos Query',
    recognise: ({ stores }) => (stores ? '/api/v1/stores lists the stores behind it' : undefined),
    differs: 'It asks several stores and may answer with a part of the data: warnings say which store was silent.',
    seen: false,
  },
  // https://docs.victoriametrics.com/victoriametrics/metricsql/
  victoriametrics: {
    name: 'VictoriaMetrics',
    recognise: ({ health, front }) =>
      /^VictoriaMetrics is /m.test(health)
        ? `/-/ready says "${health.split('\n')[0]}"`
        : /VictoriaMetrics/.test(front)
          ? 'its front page names VictoriaMetrics'
          : undefined,
    differs:
      'It speaks MetricsQL: rate() and increase() look before the window and do not extrapolate, so numbers differ from those of Prometheus.',
    // For the sake of Grafana it gives the number of a Prometheus that could do the same.
    tellsVersion: false,
    seen: false,
  },
  prometheus: {
    name: 'Prometheus',
    recognise: ({ health, goVersion }) =>
      /^Prometheus Server is (Ready|Healthy)/m.test(health) && goVersion !== ''
        ? `/-/ready says "${health.split('\n')[0]}"`
        : undefined,
    seen: true,
  },
} as const satisfies Readonly<Record<string, Row>>;

/** How many series each query may touch and similar limits of a tenant of Mimir, as it tells them; empty elsewhere. */
export function tenantLimits(page: Looked | undefined): readonly string[] {
  const limits = page?.status === 200 ? parsedJson(page.text) : undefined;
  if (typeof limits !== 'object' || limits === null) return [];
  return Object.entries(limits).flatMap(([name, value]) =>
    /^[a-z_]+$/.test(name) && (typeof value === 'number' || typeof value === 'string') ? [`${name}: ${value}`] : [],
  );
}
