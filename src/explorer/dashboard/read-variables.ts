import { at, type Fields, listAt, numberAt, textAt } from './json.ts';
import type { Inputs } from './read-dashboard.ts';
import type { Variable, VariableKind } from './types.ts';

/** More variables than this are left alone. */
const MOST_VARIABLES = 100;
/** More values in the file than this are not kept. */
const MOST_OPTIONS = 5_000;

/** The variables of a dashboard, in the order of the file; the constants of an exported file are constants as well. */
export function readVariables(root: Fields, inputs: Inputs): readonly Variable[] {
  const listed = listAt(root, 'templating', 'list')
    .slice(0, MOST_VARIABLES)
    .flatMap((raw) => readVariable(raw, inputs));
  const constants = [...inputs.constants].map(([name, value]) => constant(name, value));
  return [...constants, ...listed];
}

const KINDS: Readonly<Record<string, VariableKind>> = {
  query: 'query',
  custom: 'custom',
  interval: 'interval',
  constant: 'constant',
  textbox: 'textbox',
  datasource: 'datasource',
};

function readVariable(raw: unknown, inputs: Inputs): readonly Variable[] {
  const name = textAt(raw, 'name');
  if (name === undefined || !/^\w{1,200}$/.test(name)) return [];
  const type = textAt(raw, 'type') ?? 'query';
  const allValue = textAt(raw, 'allValue');
  const query = queryOf(raw);
  return [
    {
      name,
      kind: Object.hasOwn(KINDS, type) ? (KINDS[type] ?? 'unknown') : 'unknown',
      type,
      label: textAt(raw, 'label') || name,
      query: inputs.constants.get(/^\$\{(\w+)\}$/.exec(query)?.[1] ?? '') ?? query,
      regex: textAt(raw, 'regex') ?? '',
      sort: numberAt(raw, 'sort') ?? 0,
      multi: at(raw, 'multi') === true,
      includeAll: at(raw, 'includeAll') === true,
      allValue: allValue === '' ? undefined : allValue,
      current: textsOf(at(raw, 'current', 'value')),
      options: listAt(raw, 'options')
        .slice(0, MOST_OPTIONS)
        .flatMap((option) => textsOf(at(option, 'value'))),
    },
  ];
}

/** A query as text, or as newer files have it: an object with a query inside. */
function queryOf(raw: unknown): string {
  return textAt(raw, 'query') ?? textAt(raw, 'query', 'query') ?? textAt(raw, 'definition') ?? '';
}

function textsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value)
    ? value.slice(0, MOST_OPTIONS)
    : value === undefined || value === null
      ? []
      : [value];
  return list.flatMap((each) =>
    typeof each === 'string' ? [each] : typeof each === 'number' || typeof each === 'boolean' ? [String(each)] : [],
  );
}

function constant(name: string, query: string): Variable {
  return {
    name,
    kind: 'constant',
    type: 'constant',
    label: name,
    query,
    regex: '',
    sort: 0,
    multi: false,
    includeAll: false,
    allValue: undefined,
    current: [],
    options: [],
  };
}
