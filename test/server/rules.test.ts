import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Alert, RuleGroup, Source } from '../../src/source/source.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

const MS = Date.UTC(2026, 0, 15, 12);

const alert = (state: Alert['state'], instance: string, more: Partial<Alert> = {}): Alert => ({
  labels: { alertname: 'Down', instance },
  annotations: { summary: `${instance} is down` },
  state,
  activeAtMs: MS - 60_000,
  keepFiringSinceMs: undefined,
  value: 0.1,
  ...more,
});

const evaluated = { health: 'ok', lastError: '', evaluationSeconds: 0.002, lastEvaluationMs: MS } as const;

const GROUPS: readonly RuleGroup[] = [
  {
    name: 'alerts',
    file: '/etc/prometheus/rules.yml',
    intervalSeconds: 15,
    limit: 0,
    evaluationSeconds: 0.004,
    lastEvaluationMs: MS,
    rules: [
      {
        kind: 'alerting',
        name: 'Down',
        query: 'up == 0',
        labels: { severity: 'critical' },
        ...evaluated,
        state: 'firing',
        forSeconds: 60,
        keepFiringForSeconds: 0,
        annotations: { summary: '{{ $labels.instance }} is down' },
        alerts: [alert('pending', 'a', { value: Number.NaN }), alert('firing', 'b', { keepFiringSinceMs: MS - 1_500 })],
      },
      { kind: 'recording', name: 'x:y:z', query: 'sum(x)', labels: {}, ...evaluated },
    ],
  },
  {
    name: 'broken',
    file: '/etc/prometheus/rules.yml',
    intervalSeconds: 60,
    limit: 3,
    evaluationSeconds: 0,
    lastEvaluationMs: undefined,
    rules: [
      {
        kind: 'recording',
        name: 'x:broken',
        query: 'x[1m]',
        labels: { team: 'sse' },
        health: 'err',
        lastError: 'rule result is not a vector or scalar',
        evaluationSeconds: 0,
        lastEvaluationMs: undefined,
      },
    ],
  },
];

describe('rules over the API', () => {
  let server: Listener;
  let source: Source;
  beforeAll(async () => {
    const own = embeddedSource({ storage: new MemoryStorage(), name: 'test', now: () => MS, rules: () => GROUPS });
    const deps = { source: own, now: () => MS, metrics: async () => '' };
    server = await listen(deps, { host: '127.0.0.1', port: 0 });
    source = httpSource({ url: server.url });
  });
  afterAll(async () => {
    await source.close();
    await server.close();
  });

  const ask = async (question: string) => {
    const response = await fetch(`${server.url}/api/v1/${question}`);
    return { code: response.status, ...((await response.json()) as { data?: never; error?: string }) };
  };

  it('arrive at the other end as they were', async () => {
    expect(await source.rules()).toEqual(GROUPS);
    const [first] = GROUPS[0]?.rules ?? [];
    expect(await source.alerts()).toEqual(first?.kind === 'alerting' ? first.alerts : []);
  });

  it('have the fields and spellings of Prometheus', async () => {
    const { data } = await ask('alerts');
    expect(data).toEqual({
      alerts: [
        {
          labels: { alertname: 'Down', instance: 'a' },
          annotations: { summary: 'a is down' },
          state: 'pending',
          activeAt: '2026-01-15T11:59:00.000Z',
          value: 'NaN',
        },
        {
          labels: { alertname: 'Down', instance: 'b' },
          annotations: { summary: 'b is down' },
          state: 'firing',
          activeAt: '2026-01-15T11:59:00.000Z',
          keepFiringSince: '2026-01-15T11:59:58.500Z',
          value: '1e-01',
        },
      ],
    });
  });

  const shown: readonly [question: string, names: readonly string[]][] = [
    ['rules', ['Down', 'x:y:z', 'x:broken']],
    ['rules?type=alert', ['Down']],
    ['rules?type=record', ['x:y:z', 'x:broken']],
    ['rules?rule_name[]=Down&rule_name[]=x:broken', ['Down', 'x:broken']],
    ['rules?rule_group[]=broken', ['x:broken']],
    ['rules?file[]=other', []],
    ['rules?match[]={severity=~".%2B"}&match[]={team="sse"}', ['Down', 'x:broken']],
    ['rules?group_limit=1', ['Down', 'x:y:z']],
  ];
  it.each(shown)('%s shows %j', async (question, names) => {
    const { data } = await ask(question);
    const { groups } = data as unknown as { groups: { rules: { name: string }[] }[] };
    expect(groups.flatMap(({ rules }) => rules.map(({ name }) => name))).toEqual(names);
  });

  it('come page by page', async () => {
    const first = (await ask('rules?group_limit=1')).data as unknown as { groupNextToken: string };
    const second = await ask(`rules?group_limit=1&group_next_token=${first.groupNextToken}`);
    expect(second.data).toMatchObject({ groups: [{ name: 'broken' }] });
    expect(second.data).not.toHaveProperty('groupNextToken');
  });

  it('leave the alerts out when asked to', async () => {
    const { data } = await ask('rules?exclude_alerts=true&rule_name[]=Down');
    expect(data).toMatchObject({ groups: [{ rules: [{ state: 'firing', alerts: null }] }] });
  });

  it.each([
    ['type=x', 'invalid parameter "type": not supported value "x"'],
    ['group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
    [
      'group_next_token=x',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    ],
    [
      'group_limit=1&group_next_token=x',
      'invalid parameter "group_next_token": invalid group_next_token \'x\'. were rule groups changed?',
    ],
    ['match[]={', '1:2: parse error: unexpected end of input inside braces'],
  ])('%s is refused: %s', async (params, error) => {
    expect(await ask(`rules?${params}`)).toMatchObject({ code: 400, errorType: 'bad_data', error });
  });
});
