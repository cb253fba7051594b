/** One active alert as the API tells it. */
export type Alert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
  readonly activeAt: string;
  readonly value: string;
};

/** A rule as the API tells it; `duration` in seconds, and `alerts` are of alerting rules only. */
export type Rule = {
  readonly kind: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly state: string;
  readonly duration: number;
  readonly keepFiringFor: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly alerts: readonly Alert[];
  readonly health: string;
  readonly lastError: string;
  readonly lastEvaluation: string;
};

export type RuleGroup = {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly rules: readonly Rule[];
};

/** The groups in the data of /api/v1/rules; what is not as the API has it is left out. */
export function ruleGroups(data: unknown): readonly RuleGroup[] {
  return list(field(data, 'groups')).map((group) => ({
    name: text(group, 'name'),
    file: text(group, 'file'),
    interval: number(group, 'interval'),
    rules: list(field(group, 'rules')).map(ruleOf),
  }));
}

function ruleOf(rule: unknown): Rule {
  return {
    kind: text(rule, 'type') === 'alerting' ? 'alerting' : 'recording',
    name: text(rule, 'name'),
    query: text(rule, 'query'),
    state: text(rule, 'state'),
    duration: number(rule, 'duration'),
    keepFiringFor: number(rule, 'keepFiringFor'),
    labels: texts(field(rule, 'labels')),
    annotations: texts(field(rule, 'annotations')),
    alerts: list(field(rule, 'alerts')).map((alert) => ({
      labels: texts(field(alert, 'labels')),
      annotations: texts(field(alert, 'annotations')),
      state: text(alert, 'state'),
      activeAt: text(alert, 'activeAt'),
      value: text(alert, 'value'),
    })),
    health: text(rule, 'health'),
    lastError: text(rule, 'lastError'),
    lastEvaluation: text(rule, 'lastEvaluation'),
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  return typeof found === 'number' ? found : 0;
}

function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === 'string'));
}
