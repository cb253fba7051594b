import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import { answersPromql, looksLikeLogs, namesOtherSource } from '../grafana.ts';
import type { LintUse } from './finding.ts';
import { type ScalarText, scalarText } from './scalar-text.ts';

/** A query of a file. `name` is the alert, the record or the title of the panel: unsafe, perhaps empty. */
export type FileQuery = { readonly name: string; readonly use: LintUse; readonly text: ScalarText };

export type QueryFile = {
  readonly kind: 'rules' | 'dashboard';
  readonly queries: readonly FileQuery[];
  /** Why the file cannot be read; `offset` is the place in it. */
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
};

/**
 * The queries of a rule file or of a Grafana dashboard. YAML and JSON are read alike; rules are where groups with rules
 * are, however deep (Kubernetes wraps them), and queries of dashboards are whatever has an `expr` for Prometheus.
 * Undefined when the file is neither.
 */
export function readQueryFile(source: string): QueryFile | undefined {
  const documents = [
    ...parseAllDocuments(source, { prettyErrors: false, uniqueKeys: false, merge: true }),
  ] as Document[];
  const json = isJson(source);
  const problems = json
    ? []
    : documents.flatMap(({ errors }) => errors.map(({ pos, message }) => ({ offset: pos[0], message })));
  const queries: FileQuery[] = [];
  let kind: QueryFile['kind'] | undefined;
  for (const document of documents) {
    const reader = new Reader(source, document);
    const contents = document.contents as Node | null;
    if (reader.findRules(contents)) kind = 'rules';
    else if (reader.findPanels(contents, { title: '', other: false })) kind ??= 'dashboard';
    queries.push(...reader.queries);
  }
  if (kind === undefined && problems.length === 0) return undefined;
  return { kind: kind ?? 'rules', queries, problems };
}

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}

type Around = { readonly title: string; readonly other: boolean };

class Reader {
  readonly queries: FileQuery[] = [];
  private readonly source: string;
  private readonly document: Document;

  constructor(source: string, document: Document) {
    this.source = source;
    this.document = document;
  }

  /** Whether there were groups of rules anywhere. */
  findRules(node: Node | null): boolean {
    const here = this.resolved(node);
    if (isSeq(here)) return (here.items as Node[]).map((item) => this.findRules(item)).includes(true);
    if (!isMap(here)) return false;
    const groups = this.resolved(this.field(here, 'groups'));
    if (isSeq(groups) && this.field(here, 'panels') === undefined) {
      for (const group of groups.items as Node[]) {
        const rules = this.resolved(this.field(group, 'rules'));
        if (isSeq(rules) && this.forPrometheus(group)) for (const rule of rules.items as Node[]) this.addRule(rule);
      }
      return true;
    }
    return here.items.map(({ value }) => this.findRules(value as Node | null)).includes(true);
  }

  /** Whether this looks like a dashboard. Goes through everything, so that rows and library panels are no exception. */
  findPanels(node: Node | null, around: Around): boolean {
    const here = this.resolved(node);
    if (isSeq(here)) return (here.items as Node[]).map((item) => this.findPanels(item, around)).includes(true);
    if (!isMap(here)) return false;
    const source = this.dataSource(here);
    const inside = {
      title: this.string(here, 'title') ?? around.title,
      other: source === undefined ? around.other : source,
    };
    const expr = this.resolved(this.field(here, 'expr'));
    if (isScalar(expr) && typeof expr.value === 'string' && !inside.other)
      this.addTarget(here, expr.value, inside.title);
    const found = here.items.map(({ value }) => this.findPanels(value as Node | null, inside));
    const panels = ['panels', 'rows', 'elements', 'targets'].some((name) => this.field(here, name) !== undefined);
    return panels || found.includes(true);
  }

  /** https://docs.victoriametrics.com/victoriametrics/vmalert/#groups: groups and rules may be for Graphite or for logs. */
  private forPrometheus(node: Node): boolean {
    const type = this.string(node, 'type');
    return type === undefined || type === 'prometheus';
  }

  private addRule(rule: Node): void {
    if (!this.forPrometheus(rule)) return;
    const alert = this.string(rule, 'alert');
    const name = alert ?? this.string(rule, 'record') ?? '';
    const expr = this.resolved(this.field(rule, 'expr'));
    const text = isScalar(expr) ? scalarText(this.source, expr) : undefined;
    if (text !== undefined) this.queries.push({ name, use: alert === undefined ? 'record' : 'alert', text });
  }

  private addTarget(target: Node, expr: string, name: string): void {
    const node = this.resolved(this.field(target, 'expr'));
    // What is left blank is not sent, and LogQL looks like this.
    if (expr.trim() === '' || looksLikeLogs(expr)) return;
    const text = isScalar(node) ? scalarText(this.source, node) : undefined;
    const instant =
      isScalar(this.field(target, 'instant')) && (this.field(target, 'instant') as { value?: unknown }).value === true;
    if (text !== undefined) this.queries.push({ name, use: instant ? 'instant' : 'graph', text });
  }

  /** Whether queries in here are for something else than Prometheus; undefined when it is not said. */
  private dataSource(node: Node): boolean | undefined {
    const given = this.resolved(this.field(node, 'datasource'));
    const type = isMap(given) ? this.string(given, 'type') : isScalar(given) ? String(given.value ?? '') : undefined;
    if (type === undefined || type === '') return undefined;
    return isMap(given) ? !answersPromql(type) : namesOtherSource(type);
  }

  private string(node: Node, name: string): string | undefined {
    const value = this.resolved(this.field(node, name));
    return isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
  }

  private field(node: Node | null, name: string): Node | null | undefined {
    const map = this.resolved(node);
    if (!isMap(map)) return undefined;
    return map.items.find(({ key }) => isScalar(key) && key.value === name)?.value as Node | null | undefined;
  }

  private resolved(node: Node | null | undefined): Node | null {
    return isAlias(node) ? (node.resolve(this.document) ?? null) : (node ?? null);
  }
}
