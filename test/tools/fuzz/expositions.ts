import { type ExpositionFormat, ExpositionParser } from '../../../src/exposition/parse.ts';
import { ExpositionError } from '../../../src/exposition/parse-error.ts';
import { readSeries } from '../../../src/exposition/series.ts';
import type { Random } from '../../differential/random.ts';
import { anyText, type Target } from './fuzz.ts';

/** Texts for the reader of what applications expose: noise, rows of pieces, whole pages, and pages with a slip in them. */
export const expositions: Target = {
  name: 'exposition',
  input: (random) =>
    random.weighted<() => string>([
      [1, () => anyText(random, 80)],
      [3, () => Array.from({ length: random.int(20) }, () => random.pick(PIECES)).join('')],
      [2, () => page(random)],
      [4, () => slipped(random, page(random))],
    ])(),
  check(text) {
    const outcomes = FORMATS.map((format) => {
      const whole = read(text, format, text.length);
      const inPieces = read(text, format, 1 + (text.length % 7));
      if (whole !== inPieces) throw new Error(`${format}: in pieces it is another page:\n${whole}\n${inPieces}`);
      return whole;
    });
    return outcomes.every((outcome) => outcome.startsWith(REFUSED)) ? 'refused' : 'accepted';
  },
};

const FORMATS: readonly ExpositionFormat[] = ['text', 'openmetrics'];
const REFUSED = 'refused: ';

/** The samples, or the refusal, as text. Whatever else is thrown is a bug, and so is a line that is not there. */
function read(text: string, format: ExpositionFormat, size: number): string {
  const lines = text.split('\n').length;
  const found: string[] = [];
  const parser = new ExpositionParser(format, {
    sample(series, value, ms, type, line) {
      if (line < 1 || line > lines) throw new Error(`a sample in line ${line} of ${lines}`);
      // The labels of what was accepted can be read.
      readSeries(series, line);
      found.push(`${line} ${series} ${value} ${ms} ${type}`);
    },
    metadata: (kind, family, words) => found.push(`${kind} ${family} ${words}`),
  });
  try {
    for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size));
    parser.end();
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    if (error.line < 0 || error.line > lines) throw new Error(`an error in line ${error.line} of ${lines}`);
    if (error.detail === '') throw new Error('refused without a reason');
    return `${REFUSED}${error.message}`;
  }
  return found.join('\n');
}

const PIECES = [
  ...[
    'a',
    'a_total',
    'le',
    '{',
    '}',
    '"',
    '=',
    ',',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\\',
    '\\n',
    '\\"',
    '1',
    '-0',
    '1e3',
    '0x1p4',
  ],
  ...[
    'NaN',
    '+Inf',
    '-inf',
    '1_0',
    '# ',
    '# EOF',
    '# TYPE a counter',
    '# HELP a b\\n',
    '# UNIT a_seconds seconds',
    '#',
  ],
  ...['{"é"}', '{a="b"}', '{"x",a="b"}', ' 1 1000', ' 1.5', '\0', '\ud800', '\ufeff', '日本'],
] as const;

const NAMES = ['up', 'a_total', 'http:rate5m', 'x_bucket', 'x_sum', '_', '{"with.dot"}', 'é', '0bad'];
const VALUES = ['1', '0', '-1.5', '1e-9', 'NaN', '+Inf', '-Inf', 'nan', '1.7976931348623157e308', '0x1p-2', 'x'];
const TEXTS = ['', 'b', 'a\\\\b', 'line\\nend', '\\"', '日本', 'a=b,c', '}', '{'];

function page(random: Random): string {
  const lines = Array.from({ length: 1 + random.int(8) }, () =>
    random.weighted<() => string>([
      [5, () => sampleLine(random)],
      [1, () => `# TYPE ${random.pick(NAMES)} ${random.pick(['counter', 'gauge', 'histogram', 'summary', 'nosuch'])}`],
      [1, () => `# HELP ${random.pick(NAMES)} ${random.pick(TEXTS)}`],
      [0.3, () => ''],
      [0.3, () => '# EOF'],
    ])(),
  );
  return `${lines.join('\n')}${random.pick(['\n', '', '\n# EOF\n', '\n# EOF'])}`;
}

function sampleLine(random: Random): string {
  const labels = random
    .some(['a', 'b', 'le', 'quantile', '"q.r"', 'a'], 4)
    .map((name) => `${name}="${random.pick(TEXTS)}"`);
  const set = labels.length === 0 && random.chance(0.7) ? '' : `{${labels.join(random.pick([',', ', ']))}}`;
  const stamp = random.chance(0.4) ? ` ${random.pick(['0', '1700000000', '1700000000000', '-5', '1.5', 'x'])}` : '';
  const exemplar = random.chance(0.1) ? ' # {trace_id="x"} 0.5 1' : '';
  return `${random.pick(NAMES)}${set} ${random.pick(VALUES)}${stamp}${exemplar}`;
}

/** One to three pieces taken out, put in, doubled or exchanged. */
function slipped(random: Random, text: string): string {
  let now = text;
  for (let slips = 1 + random.int(3); slips > 0; slips--) {
    const at = random.int(now.length + 1);
    const end = Math.min(now.length, at + random.int(4));
    const put = random.weighted<() => string>([
      [1, () => ''],
      [2, () => random.pick(PIECES)],
      [1, () => now.slice(at, end).repeat(2)],
      [1, () => anyText(random, 2)],
    ])();
    now = now.slice(0, at) + put + now.slice(end);
  }
  return now;
}
