import { createHash } from 'node:crypto';
import type { Labels } from '../model/labels.ts';
import { compileMatcher } from '../promql/matcher.ts';
import { parseErrorText, parseSelector } from '../promql/parse.ts';
import { quote } from '../promql/syntax/quote.ts';
import type { Alert, Rule, RuleGroup } from '../source/source.ts';
import { ApiError } from './api-error.ts';
import { type Call, type Endpoint, READ } from './endpoint.ts';
import type { Params } from './params.ts';
import { passOn } from './pass-on.ts';

/** What the API says of rules and alerts. https://prometheus.io/docs/prometheus/latest/querying/api/#rules */
export const RULES_ENDPOINTS: readonly Endpoint[] = [
  { pattern: /^\/rules$/, methods: READ, answer: rules },
  { pattern: /^\/alerts$/, methods: READ, answer: alerts },
];

async function alerts(call: Call): Promise<string> {
  return passOn(call, async () => {
    const found = await call.deps.source.alerts({ signal: call.signal });
    return JSON.stringify({ alerts: found.map(alertJson) });
  });
}

async function rules(call: Call): Promise<string> {
  const filter = filterOf(call.params);
  return passOn(call, async () => {
    const groups = await call.deps.source.rules({ signal: call.signal });
    return JSON.stringify(page(groups, filter));
  });
}

type Filter = {
  readonly kinds: readonly Rule['kind'][];
  readonly names: readonly string[];
  readonly groups: readonly string[];
  readonly files: readonly string[];
  readonly matches: (labels: Labels) => boolean;
  readonly withAlerts: boolean;
  /** 0 shows all groups. */
  readonly groupLimit: number;
  /** The group to go on with; empty for the first. */
  readonly nextToken: string;
};

function filterOf(params: Params): Filter {
  const matches = labelFilter(params.getAll('match[]'));
  return {
    matches,
    kinds: kindsOf(params),
    withAlerts: !excludesAlerts(params),
    names: params.getAll('rule_name[]'),
    groups: params.getAll('rule_group[]'),
    files: params.getAll('file[]'),
    ...pagination(params),
  };
}

function kindsOf(params: Params): Filter['kinds'] {
  const type = params.get('type')?.toLowerCase() ?? '';
  if (type === '') return ['alerting', 'recording'];
  if (type === 'alert') return ['alerting'];
  if (type === 'record') return ['recording'];
  throw ApiError.parameter('type', `not supported value ${quote(type)}`);
}

/** Go's ParseBool. */
function excludesAlerts(params: Params): boolean {
  const text = params.get('exclude_alerts')?.toLowerCase() ?? '';
  if (text === '' || ['0', 'f', 'false'].includes(text)) return false;
  if (['1', 't', 'true'].includes(text)) return true;
  const problem = `strconv.ParseBool: parsing ${quote(text)}: invalid syntax`;
  throw ApiError.parameter('exclude_alerts', `error converting exclude_alerts: ${problem}`);
}

function pagination(params: Params): Pick<Filter, 'groupLimit' | 'nextToken'> {
  const text = params.get('group_limit') ?? '';
  const nextToken = params.get('group_next_token') ?? '';
  if (nextToken !== '' && text === '') {
    const problem = 'group_limit needs to be present in order to paginate over the groups';
    throw ApiError.parameter('group_next_token', problem);
  }
  if (text === '') return { groupLimit: 0, nextToken };
  const problem = !/^[+-]?\d+$/.test(text)
    ? 'invalid syntax'
    : Math.abs(Number(text)) > 2 ** 31 - 1
      ? 'value out of range'
      : undefined;
  if (problem !== undefined) {
    const words = `group_limit needs to be a valid number: strconv.ParseInt: parsing ${quote(text)}: ${problem}`;
    throw ApiError.parameter('group_limit', words);
  }
  if (Number(text) <= 0) throw ApiError.parameter('group_limit', 'group_limit needs to be greater than 0');
  return { groupLimit: Number(text), nextToken };
}

/** Whether the labels a rule adds fulfil one of the selectors; everything does when there is none. */
function labelFilter(selectors: readonly string[]): Filter['matches'] {
  const lists = selectors.map((text) => {
    const parsed = parseSelector(text);
    if (parsed.kind === 'error') {
      throw ApiError.badData(parseErrorText(text, parsed.diagnostics));
    }
    const matchers = parsed.matchers.map(compileMatcher);
    if (matchers.every((matcher) => matcher.matches(''))) {
      throw ApiError.badData('match[] must contain at least one non-empty matcher');
    }
    return matchers;
  });
  if (lists.length === 0) return () => true;
  return (labels) => lists.some((matchers) => matchers.every(({ name, matches }) => matches(labels[name] ?? '')));
}

function page(groups: readonly RuleGroup[], filter: Filter): object {
  const first = filter.nextToken === '' ? 0 : groups.findIndex((group) => tokenOf(group) === filter.nextToken);
  if (first < 0) {
    const problem = `invalid group_next_token '${filter.nextToken}'. were rule groups changed?`;
    throw ApiError.parameter('group_next_token', problem);
  }
  const shown: object[] = [];
  for (const group of groups.slice(first)) {
    if (filter.groups.length > 0 && !filter.groups.includes(group.name)) continue;
    if (filter.files.length > 0 && !filter.files.includes(group.file)) continue;
    const wanted = group.rules.filter((rule) => wants(filter, rule));
    // A group of which nothing is left is not shown.
    if (wanted.length === 0) continue;
    if (filter.groupLimit > 0 && shown.length === filter.groupLimit) {
      return { groups: shown, groupNextToken: tokenOf(group) };
    }
    shown.push(groupJson(group, wanted, filter.withAlerts));
  }
  return { groups: shown };
}

function wants({ kinds, names, matches }: Filter, rule: Rule): boolean {
  return kinds.includes(rule.kind) && (names.length === 0 || names.includes(rule.name)) && matches(rule.labels);
}

function tokenOf({ file, name }: RuleGroup): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex');
}

function groupJson(group: RuleGroup, wanted: readonly Rule[], withAlerts: boolean): object {
  return {
    name: group.name,
    file: group.file,
    rules: wanted.map((rule) => ruleJson(rule, withAlerts)),
    interval: group.intervalSeconds,
    limit: group.limit,
    evaluationTime: group.evaluationSeconds,
    lastEvaluation: instantText(group.lastEvaluationMs),
  };
}

function ruleJson(rule: Rule, withAlerts: boolean): object {
  const evaluation = {
    health: rule.health,
    ...(rule.lastError === '' ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationSeconds,
    lastEvaluation: instantText(rule.lastEvaluationMs),
    type: rule.kind,
  };
  const { name, query, labels } = rule;
  if (rule.kind === 'recording') {
    return { name, query, ...(Object.keys(labels).length === 0 ? {} : { labels }), ...evaluation };
  }
  return {
    state: rule.state,
    name,
    query,
    duration: rule.forSeconds,
    keepFiringFor: rule.keepFiringForSeconds,
    labels,
    annotations: rule.annotations,
    alerts: withAlerts ? rule.alerts.map(alertJson) : null,
    ...evaluation,
  };
}

function alertJson({ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }: Alert): object {
  return {
    labels,
    annotations,
    state,
    ...(activeAtMs === undefined ? {} : { activeAt: instantText(activeAtMs) }),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: instantText(keepFiringSinceMs) }),
    value: exponentText(value),
  };
}

/** Go's zero time stands for never. */
function instantText(ms: number | undefined): string {
  return ms === undefined ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}

/** Go's `FormatFloat(value, 'e', -1, 64)`: 0.4 is `4e-01`. */
function exponentText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
