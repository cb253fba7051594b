import { absent } from './absent.ts';
import { info } from './info.ts';
import { labelJoin, labelReplace } from './relabel.ts';
import { type FunctionRow, whole } from './row.ts';
import { sortByLabels, sortByValue } from './sort.ts';

/** Changing, adding and sorting by labels. */
export const labelsFunctions: readonly FunctionRow[] = [
  whole(
    {
      name: 'label_replace',
      args: ['vector', 'string', 'string', 'string', 'string'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'Matches the regular expression against a source label and writes the replacement, $1 for its first group, into the target label; series that do not match stay as they are.',
    },
    labelReplace,
  ),
  whole(
    {
      name: 'label_join',
      args: ['vector', 'string', 'string', 'string'],
      variadic: -1,
      returns: 'vector',
      experimental: false,
      doc: 'Joins the values of the source labels with the separator and writes them into the target label.',
    },
    labelJoin,
  ),
  whole(
    {
      name: 'info',
      args: ['vector', 'vector'],
      variadic: 1,
      returns: 'vector',
      experimental: true,
      doc: 'Adds the data labels of the matching info series, target_info unless told otherwise.',
    },
    info,
  ),
  whole(
    {
      name: 'sort',
      args: ['vector'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'The series ordered by value, smallest first; only instant queries keep the order.',
    },
    (call) => sortByValue(call, false),
  ),
  whole(
    {
      name: 'sort_desc',
      args: ['vector'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'The series ordered by value, largest first; only instant queries keep the order.',
    },
    (call) => sortByValue(call, true),
  ),
  whole(
    {
      name: 'sort_by_label',
      args: ['vector', 'string'],
      variadic: -1,
      returns: 'vector',
      experimental: true,
      doc: "The series in the natural order of the labels' values; only instant queries keep the order.",
    },
    (call) => sortByLabels(call, false),
  ),
  whole(
    {
      name: 'sort_by_label_desc',
      args: ['vector', 'string'],
      variadic: -1,
      returns: 'vector',
      experimental: true,
      doc: "The series in the reverse natural order of the labels' values; only instant queries keep the order.",
    },
    (call) => sortByLabels(call, true),
  ),
  whole(
    {
      name: 'absent',
      args: ['vector'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: '1 when there is no such series, nothing otherwise; the labels come from the equality matchers.',
    },
    absent,
  ),
];
