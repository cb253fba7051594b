import type { FunctionSignature } from './signature.ts';

/** Changing, adding and sorting by labels. */
export const labelsFunctions = [
  {
    name: 'label_replace',
    args: ['vector', 'string', 'string', 'string', 'string'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'Matches the regular expression against a source label and writes the replacement, $1 for its first group, into the target label; series that do not match stay as they are.',
  },
  {
    name: 'label_join',
    args: ['vector', 'string', 'string', 'string'],
    variadic: -1,
    returns: 'vector',
    experimental: false,
    doc: 'Joins the values of the source labels with the separator and writes them into the target label.',
  },
  {
    name: 'info',
    args: ['vector', 'vector'],
    variadic: 1,
    returns: 'vector',
    experimental: true,
    doc: 'Adds the data labels of the matching info series, target_info unless told otherwise.',
  },
  {
    name: 'sort',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The series ordered by value, smallest first; only instant queries keep the order.',
  },
  {
    name: 'sort_desc',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The series ordered by value, largest first; only instant queries keep the order.',
  },
  {
    name: 'sort_by_label',
    args: ['vector', 'string'],
    variadic: -1,
    returns: 'vector',
    experimental: true,
    doc: "The series in the natural order of the labels' values; only instant queries keep the order.",
  },
  {
    name: 'sort_by_label_desc',
    args: ['vector', 'string'],
    variadic: -1,
    returns: 'vector',
    experimental: true,
    doc: "The series in the reverse natural order of the labels' values; only instant queries keep the order.",
  },
  {
    name: 'absent',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: '1 when there is no such series, nothing otherwise; the labels come from the equality matchers.',
  },
] as const satisfies readonly FunctionSignature[];
