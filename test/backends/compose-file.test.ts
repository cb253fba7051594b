import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SERVICES } from '../../src/backends/backend.ts';
import { STACK_LABEL } from '../../src/backends/docker-cli.ts';
import { IMAGES } from '../../src/backends/docker-compose.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { packageFolder } from '../../src/lib/package-folder.ts';
import { RETENTION_MS, SCRAPE_INTERVAL_MS } from '../../src/model/scenario.ts';

const folder = packageFolder('stack');
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

type Service = {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly stop_grace_period?: string;
  readonly user?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
};

const compose = parse(textOf('compose.yaml'), { merge: true }) as {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, { readonly labels: object }>>;
  readonly networks: Readonly<Record<string, { readonly labels: object }>>;
};
const services = Object.entries(compose.services);

describe('the compose file', () => {
  it('has the services that status and logs know', () => {
    expect(compose.name).toBe('sse');
    expect(Object.keys(compose.services).sort()).toEqual([...SERVICES, 'history', 'backfill', 'grafana'].sort());
  });

  it.each(services)('confines %s', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      stop_grace_period: '2s',
      mem_limit: expect.stringMatching(/^\d+m$/),
      user: expect.stringMatching(/^(node|[1-9]\d*:\d+)$/),
    });
  });

  it.each(services)('publishes ports of %s on loopback only, each open to a variable', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{PROM_TUTOR_\w+_PORT:-\d+\}:\d+$/);
  });

  it('labels everything with the id of the stack', () => {
    const all = [compose.services, compose.volumes, compose.networks].flatMap((kind) => Object.values(kind));
    for (const { labels } of all)
      expect(labels).toEqual({ [STACK_LABEL]: expect.stringMatching(/^\$\{PROM_TUTOR_STACK_ID:-by-hand\}$/) });
  });

  it('chains the one-shots before what needs them', () => {
    const { backfill, prometheus } = compose.services;
    expect(backfill?.depends_on?.history?.condition).toBe('service_completed_successfully');
    expect(prometheus?.depends_on?.backfill?.condition).toBe('service_completed_successfully');
    for (const name of ['sse-app', 'sse-app-2']) {
      expect(compose.services[name]?.depends_on?.history?.condition).toBe('service_completed_successfully');
      expect(prometheus?.depends_on?.[name]?.condition).toBe('service_healthy');
    }
  });

  it('says the same as the code about images and retention', () => {
    const text = textOf('compose.yaml');
    for (const { variable, image } of Object.values(IMAGES)) expect(text).toContain(`\${${variable}:-${image}}`);
    expect(compose.services.prometheus?.command).toContain(
      `--storage.tsdb.retention.time=${RETENTION_MS / 86_400_000}d`,
    );
    expect(parse(textOf('prometheus.yml')).global.scrape_interval).toBe(`${SCRAPE_INTERVAL_MS / 1000}s`);
  });

  it('stays away from what older engines refuse and what needs a network', () => {
    expect(textOf('compose.yaml')).not.toMatch(/start_interval|pull_policy/);
    expect(textOf('Dockerfile')).not.toMatch(/#\s*syntax=|--link|<<EOF|apk|apt-get|addgroup|adduser|npm /);
    const images = services.map(([, { image }]) => image);
    expect(images.filter((image) => image.includes('@sha256:'))).toEqual([]);
  });
});

describe('the Grafana files', () => {
  it('provision the data source that every panel asks', () => {
    const { datasources } = parse(textOf('grafana/provisioning/datasources/prometheus.yaml'));
    const dashboard = JSON.parse(textOf('grafana/dashboards/sse-streaming.json'));
    const used = dashboard.panels.flatMap((panel: { datasource: object; targets: { datasource: object }[] }) => [
      panel.datasource,
      ...panel.targets.map(({ datasource }) => datasource),
    ]);
    expect(new Set(used.map((source: object) => JSON.stringify(source)))).toEqual(
      new Set([JSON.stringify({ type: 'prometheus', uid: datasources[0].uid })]),
    );
    expect(datasources).toMatchObject([{ url: 'http://prometheus:9090', isDefault: true }]);
  });

  it("draw the guide's ten queries as the cookbook has them", () => {
    const { panels } = JSON.parse(textOf('grafana/dashboards/sse-streaming.json'));
    const numbered = panels.filter(({ title }: { title: string }) => /^\d/.test(title));
    const drawn = numbered.map(({ title, targets }: { title: string; targets: { expr: string }[] }) => [
      Number.parseInt(title, 10),
      ...targets.map(({ expr }) => expr),
    ]);
    expect(drawn).toEqual(COOKBOOK.map(({ number, query }) => [number, query]));
  });

  it('lie where the compose file mounts them', () => {
    const grafana = parse(textOf('compose.yaml'), { merge: true }).services.grafana;
    const [provider] = parse(textOf('grafana/provisioning/dashboards/dashboards.yaml')).providers;
    expect(grafana.volumes).toContain(`./grafana/dashboards:${provider.options.path}:ro`);
    const home = grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH.replace(`${provider.options.path}/`, '');
    expect(readdirSync(join(folder, 'grafana/dashboards'))).toContain(home);
  });

  it('put the panels side by side without gaps or overlaps', () => {
    const { panels } = JSON.parse(textOf('grafana/dashboards/sse-streaming.json'));
    const places = panels.map(
      ({ gridPos: { x, y, w, h } }: { gridPos: Record<string, number> }) => `${x},${y},${w},${h}`,
    );
    expect(new Set(places).size).toBe(panels.length);
    expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
  });
});
