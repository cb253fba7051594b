import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from 'yaml';
import { parseDuration } from '../../promql/duration.ts';

/** Something wrong in a rule file. */
export type RuleProblem = {
  /** From 1 on. */
  readonly line: number;
  /** The position as Prometheus writes it, such as `7:15`; empty where it tells none. */
  readonly at: string;
  /** Prometheus' own words. */
  readonly message: string;
};

/** A text and where it stands; no position where it is absent. */
export type Placed = { readonly value: string; readonly line?: number; readonly column?: number };

export type RawLabel = { readonly name: string; readonly value: string; readonly line: number };

/** A rule as it is written. Durations are milliseconds. */
export type RawRule = {
  readonly line: number;
  readonly record: Placed;
  readonly alert: Placed;
  readonly expr: Placed;
  readonly for: number | undefined;
  readonly keepFiringFor: number | undefined;
  readonly labels: readonly RawLabel[];
  readonly annotations: readonly RawLabel[];
};

export type RawGroup = {
  readonly line: number;
  readonly name: Placed;
  readonly interval: number | undefined;
  readonly queryOffset: number | undefined;
  readonly limit: number | undefined;
  readonly labels: readonly RawLabel[];
  readonly rules: readonly RawRule[];
};

export type RuleDocument = { readonly groups: readonly RawGroup[]; readonly problems: readonly RuleProblem[] };

/** The YAML of a rule file as groups and rules; what has the wrong type or an unknown name is a problem. */
export function readRuleDocument(text: string): RuleDocument {
  const counter = new LineCounter();
  // As in Prometheus only the first document of the file counts.
  const parsed = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false, merge: true });
  const document = 'empty' in parsed ? undefined : parsed[0];
  if (document === undefined) return { groups: [], problems: [] };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error): RuleProblem => {
      const { line } = counter.linePos(error.pos[0]);
      return { line, at: '', message: `yaml: line ${line}: ${error.message}` };
    });
    return { groups: [], problems };
  }
  const reader = new Reader(counter, (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node));
  const fields = reader.fields(document.contents as Node | null, 'rulefmt.RuleGroups', ['groups']);
  const groups = reader.list(fields.get('groups'), '[]rulefmt.RuleGroup').map((node) => reader.group(node));
  return { groups, problems: reader.problems };
}

type Field = { readonly node: Node | null; readonly line: number };

class Reader {
  readonly problems: RuleProblem[] = [];
  private readonly counter: LineCounter;
  private readonly resolve: (node: Node) => Node | null;

  constructor(counter: LineCounter, resolve: (node: Node) => Node | null) {
    this.counter = counter;
    this.resolve = resolve;
  }

  group(node: Node): RawGroup {
    const names = ['name', 'interval', 'query_offset', 'limit', 'rules', 'labels'];
    const fields = this.fields(node, 'rulefmt.RuleGroup', names);
    return {
      line: this.place(node).line,
      name: this.text(fields.get('name')),
      interval: this.duration(fields.get('interval')),
      queryOffset: this.duration(fields.get('query_offset')),
      limit: this.integer(fields.get('limit')),
      labels: this.labels(fields.get('labels')),
      rules: this.list(fields.get('rules'), '[]rulefmt.Rule').map((rule) => this.rule(rule)),
    };
  }

  rule(node: Node): RawRule {
    const names = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];
    const fields = this.fields(node, 'rulefmt.Rule', names);
    return {
      line: this.place(node).line,
      record: this.text(fields.get('record')),
      alert: this.text(fields.get('alert')),
      expr: this.text(fields.get('expr')),
      for: this.duration(fields.get('for')),
      keepFiringFor: this.duration(fields.get('keep_firing_for')),
      labels: this.labels(fields.get('labels')),
      annotations: this.labels(fields.get('annotations')),
    };
  }

  /** The values of a mapping by their keys. */
  fields(written: Node | null, type: string, known: readonly string[] | undefined): ReadonlyMap<string, Field> {
    const fields = new Map<string, Field>();
    const node = this.content(written);
    if (node === null || written === null) return fields;
    if (!isMap(node)) {
      this.cannot(written, node, type);
      return fields;
    }
    const merged: Node[] = [];
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      const { line } = this.place(key);
      const name = isScalar(key) ? textOf(key) : '';
      if (name === '<<' && value !== null) {
        merged.push(value);
        continue;
      }
      const earlier = fields.get(name);
      if (earlier !== undefined) this.report(line, `mapping key "${name}" already defined at line ${earlier.line}`);
      else if (known !== undefined && !known.includes(name))
        this.report(line, `field ${name} not found in type ${type}`);
      fields.set(name, { node: value, line });
    }
    // What is merged in gives way to what is written out.
    for (const source of merged) {
      for (const [name, field] of this.fields(source, type, known)) if (!fields.has(name)) fields.set(name, field);
    }
    return fields;
  }

  list(field: Field | undefined, type: string): readonly Node[] {
    const node = this.content(field?.node ?? null);
    if (node === null || field?.node == null) return [];
    if (isSeq(node)) return (node.items as (Node | null)[]).filter((item) => item !== null);
    this.cannot(field.node, node, type);
    return [];
  }

  private text(field: Field | undefined): Placed {
    const node = this.content(field?.node ?? null);
    if (field?.node == null) return field === undefined ? { value: '' } : { value: '', line: field.line };
    const place = this.place(field.node);
    if (node === null) return { value: '', ...place };
    if (isScalar(node)) return { value: textOf(node), ...place };
    this.cannot(field.node, node, 'string');
    return { value: '', ...place };
  }

  private labels(field: Field | undefined): readonly RawLabel[] {
    const labels = this.fields(field?.node ?? null, 'map[string]string', undefined);
    return [...labels].map(([name, value]) => ({ name, value: this.text(value).value, line: value.line }));
  }

  private integer(field: Field | undefined): number | undefined {
    const node = this.content(field?.node ?? null);
    if (node === null || field?.node == null) return undefined;
    if (isScalar(node) && Number.isInteger(node.value)) return node.value as number;
    this.cannot(field.node, node, 'int');
    return undefined;
  }

  private duration(field: Field | undefined): number | undefined {
    if (field === undefined) return undefined;
    const { value, line = field.line } = this.text(field);
    if (this.content(field.node) === null) return undefined;
    const parsed = parseDuration(value);
    if (parsed.kind === 'ok') return parsed.ms;
    // The only kind of value whose line Prometheus does not tell.
    this.problems.push({ line, at: '', message: parsed.message });
    return undefined;
  }

  /** The node itself behind an alias; null for nothing and for YAML's null. */
  private content(written: Node | null): Node | null {
    const node = written === null ? null : this.resolve(written);
    return node !== null && isScalar(node) && node.value === null ? null : node;
  }

  private cannot(written: Node, node: Node, type: string): void {
    const text = isScalar(node) ? textOf(node) : undefined;
    const shown = text === undefined ? '' : ` \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``;
    this.report(this.place(written).line, `cannot unmarshal ${tagOf(node)}${shown} into ${type}`);
  }

  private report(line: number, message: string): void {
    this.problems.push({ line, at: '', message: `yaml: unmarshal errors:\n  line ${line}: ${message}` });
  }

  private place(node: Node): { readonly line: number; readonly column: number } {
    const { line, col } = this.counter.linePos(node.range?.[0] ?? 0);
    return { line, column: col };
  }
}

/** A scalar as it is written, so that `99%`, `007` and `true` stay what they are. */
function textOf(node: { readonly value: unknown; readonly source?: string }): string {
  if (typeof node.value === 'string') return node.value;
  return node.source ?? String(node.value ?? '');
}

function tagOf(node: Node): string {
  if (isMap(node)) return '!!map';
  if (isSeq(node)) return '!!seq';
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'boolean') return '!!bool';
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float';
  return '!!str';
}
