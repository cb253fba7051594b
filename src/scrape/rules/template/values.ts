/** A whole number, which Go keeps apart from floats: a float compares with `5.0`, not with `5`. */
export class GoInt {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What goes wrong inside a function, in Prometheus' own words. */
export class TemplateCallError extends Error {
  override readonly name = 'TemplateCallError';
}

/** One row of a query inside a template. */
export type TemplateSample = { readonly kind: 'sample'; readonly labels: TextMap; readonly value: number };

/** Names to texts: the labels of an alert, of a row, the external labels. A missing name is an empty text. */
export type TextMap = { readonly kind: 'map'; readonly entries: ReadonlyMap<string, string> };

/** What `args` makes. */
export type ArgsMap = { readonly kind: 'args'; readonly entries: ReadonlyMap<string, TemplateValue> };

export type QueryRows = { readonly kind: 'rows'; readonly samples: readonly TemplateSample[] };

/** What a template is expanded with: the fields of `.`. */
export type TemplateData = {
  readonly kind: 'data';
  readonly labels: TextMap;
  readonly externalLabels: TextMap;
  readonly externalUrl: string;
  readonly value: number;
};

/** Numbers are Go's float64; `undefined` is Go's nil. */
export type TemplateValue =
  | string
  | number
  | boolean
  | GoInt
  | TextMap
  | ArgsMap
  | TemplateSample
  | QueryRows
  | TemplateData
  | undefined;

export function textMap(entries: Iterable<readonly [string, string]>): TextMap {
  return { kind: 'map', entries: new Map(entries) };
}

/** What Go calls the type of a value, for its messages. */
export function goType(value: TemplateValue): string {
  if (value === undefined) return '<nil>';
  if (value instanceof GoInt) return 'int';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
  }
  return GO_TYPES[value.kind];
}

const GO_TYPES = {
  map: 'map[string]string',
  args: 'map[string]interface {}',
  sample: '*template.sample',
  rows: 'template.queryResult',
  data: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
} as const;

/** Whether `if` and `with` take a value for true: not the empty text, 0, false, nil and empty collections. */
export function isTrue(value: TemplateValue): boolean {
  if (value === undefined) return false;
  if (value instanceof GoInt) return value.value !== 0;
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'boolean':
      return value;
  }
  switch (value.kind) {
    case 'map':
    case 'args':
      return value.entries.size > 0;
    case 'rows':
      return value.samples.length > 0;
    case 'sample':
    case 'data':
      return true;
  }
}
