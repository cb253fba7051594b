import { goQuote } from '../../exposition/parse-error.ts';
import { type Labels, labelsOf, METRIC_NAME } from '../../model/labels.ts';
import { parse, parseErrorText } from '../../promql/parse.ts';
import { print } from '../../promql/print.ts';
import { type Placed, type RawGroup, type RawRule, type RuleProblem, readRuleDocument } from './rule-document.ts';
import { type AlertTemplate, alertTemplate } from './template/expand.ts';

type CommonRule = {
  /** The expression on one line, as Prometheus prints it. */
  readonly query: string;
  /** Those of the group and of the rule together; empty values take a label away. */
  readonly labels: Labels;
};

export type RecordingRule = CommonRule & { readonly kind: 'recording'; readonly record: string };

export type AlertingRule = CommonRule & {
  readonly kind: 'alerting';
  readonly alert: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly annotations: Labels;
  /** What labels and annotations expand with. */
  readonly templates: { readonly labels: Templates; readonly annotations: Templates };
};

export type Templates = readonly (readonly [string, AlertTemplate])[];

export type Rule = RecordingRule | AlertingRule;

export type RuleGroup = {
  readonly name: string;
  /** Undefined: the evaluation interval of the configuration. */
  readonly intervalMs: number | undefined;
  /** How much earlier than the evaluation the data is looked at. */
  readonly queryOffsetMs: number;
  /** More rows or alerts of one rule fail it; 0 is no limit. */
  readonly limit: number;
  readonly rules: readonly Rule[];
};

export type RuleFile = {
  /** Empty when anything is wrong. */
  readonly groups: readonly RuleGroup[];
  readonly problems: readonly RuleProblem[];
};

/**
 * Reads a rule file of Prometheus 3.5. All problems come at once, in the words of `promtool check rules`.
 * https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 */
export function readRuleFile(text: string): RuleFile {
  const document = readRuleDocument(text);
  if (document.problems.length > 0) return { groups: [], problems: document.problems };
  const problems: RuleProblem[] = [];
  const names = new Set<string>();
  const groups = document.groups.map((group) => {
    problems.push(...groupProblems(group, names));
    names.add(group.name.value);
    const rules = group.rules.map((rule, index) => readRule(group, rule, index + 1, problems));
    return { ...ruleGroup(group), rules: rules.filter((rule) => rule !== undefined) };
  });
  return problems.length === 0 ? { groups, problems } : { groups: [], problems };
}

/** What `promtool check rules` writes of a file, one problem a line. */
export function ruleProblemText({ at, message }: RuleProblem): string {
  return `${at === '' ? '' : `${at}: `}${message}`;
}

function ruleGroup({ name, interval, queryOffset, limit }: RawGroup): Omit<RuleGroup, 'rules'> {
  return {
    name: name.value,
    // 0 means the same as no interval at all.
    intervalMs: interval === undefined || interval === 0 ? undefined : interval,
    queryOffsetMs: queryOffset ?? 0,
    limit: limit ?? 0,
  };
}

function groupProblems({ line, name, labels }: RawGroup, earlier: ReadonlySet<string>): readonly RuleProblem[] {
  // Prometheus knows no position of groups.
  const at = '0:0';
  const problems: RuleProblem[] = [];
  if (name.value === '') problems.push({ line, at, message: 'Groupname must not be empty' });
  if (earlier.has(name.value)) {
    problems.push({ line, at, message: `groupname: "${name.value}" is repeated in the same file` });
  }
  for (const label of labels) {
    if (label.name !== METRIC_NAME && label.name !== '') continue;
    problems.push({ line: label.line, at: '', message: `invalid label name: ${label.name}` });
  }
  return problems;
}

function readRule(group: RawGroup, raw: RawRule, number: number, problems: RuleProblem[]): Rule | undefined {
  const { record, alert, expr } = raw;
  const name = alert.value === '' ? record.value : alert.value;
  const where = `group ${goQuote(group.name.value)}, rule ${number}, ${goQuote(name)}`;
  const before = problems.length;
  const report = (message: string, ...places: readonly Placed[]) => {
    const at = places.map((place) => `${place.line ?? 0}:${place.column ?? 0}`).join(': ');
    const line = places.find((place) => place.line !== undefined)?.line ?? raw.line;
    problems.push({ line, at, message: `${where}: ${message}` });
  };
  const reportLabel = (line: number, message: string) =>
    problems.push({ line, at: '', message: `${where}: ${message}` });
  if (record.value !== '' && alert.value !== '') report("only one of 'record' and 'alert' must be set", record, alert);
  if (record.value === '' && alert.value === '') report("one of 'record' or 'alert' must be set", record, alert);
  const parsed = expr.value === '' ? undefined : parse(expr.value);
  if (parsed === undefined) report("field 'expr' must be set in rule", expr);
  else if (parsed.kind === 'error') {
    report(`could not parse expression: ${parseErrorText(expr.value, parsed.diagnostics)}`, expr);
  }
  if (record.value !== '') for (const message of recordProblems(raw)) report(message, record);
  for (const label of raw.labels) {
    if (label.name === METRIC_NAME || label.name === '') reportLabel(label.line, `invalid label name: ${label.name}`);
  }
  for (const label of raw.annotations) {
    if (label.name === '') reportLabel(label.line, `invalid annotation name: ${label.name}`);
  }
  const templates = {
    labels: templatesOf(raw.labels, alert.value),
    annotations: templatesOf(raw.annotations, alert.value),
  };
  if (alert.value !== '') {
    for (const [kind, list] of [
      ['label', templates.labels],
      ['annotation', templates.annotations],
    ] as const) {
      list.forEach(([label, { problem }], index) => {
        const line = (kind === 'label' ? raw.labels : raw.annotations)[index]?.line ?? raw.line;
        if (problem !== undefined) reportLabel(line, `${kind} ${goQuote(label)}: ${problem}`);
      });
    }
  }
  if (problems.length > before || parsed?.kind !== 'ok') return undefined;
  const common = { query: print(parsed.expr), labels: labelsOf(pairs([...group.labels, ...raw.labels])) };
  if (record.value !== '') return { kind: 'recording', record: record.value, ...common };
  return {
    kind: 'alerting',
    alert: alert.value,
    forMs: raw.for ?? 0,
    keepFiringForMs: raw.keepFiringFor ?? 0,
    annotations: labelsOf(sorted(pairs(raw.annotations))),
    ...common,
    templates: {
      labels: templatesOf(
        Object.entries(common.labels).map(([label, value]) => ({ name: label, value })),
        alert.value,
      ),
      annotations: sorted(templates.annotations),
    },
  };
}

function recordProblems({ record, annotations, for: hold, keepFiringFor }: RawRule): readonly string[] {
  return [
    ...(annotations.length > 0 ? ["invalid field 'annotations' in recording rule"] : []),
    ...((hold ?? 0) !== 0 ? ["invalid field 'for' in recording rule"] : []),
    ...((keepFiringFor ?? 0) !== 0 ? ["invalid field 'keep_firing_for' in recording rule"] : []),
    ...(/[{}]/.test(record.value)
      ? [`braces present in the recording rule name; should it be in expr?: ${record.value}`]
      : []),
  ];
}

function templatesOf(list: readonly { readonly name: string; readonly value: string }[], alert: string): Templates {
  return list.map(({ name, value }) => [name, alertTemplate(value, alert)]);
}

function pairs(
  list: readonly { readonly name: string; readonly value: string }[],
): readonly (readonly [string, string])[] {
  return list.map(({ name, value }) => [name, value]);
}

function sorted<T>(list: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...list].sort(([a], [b]) => (a < b ? -1 : 1));
}
