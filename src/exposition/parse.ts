import { floatAt } from './float.ts';
import { ExpositionError, goQuote, lineError } from './parse-error.ts';
import { labelsEnd, metricNameEnd, readSeries, skipBlanks, unescapeHelp, unescapeLabel, wordEnd } from './series.ts';

export type ExpositionFormat = 'text' | 'openmetrics';

/** What the last TYPE line said. The text format writes `untyped` for what OpenMetrics calls `unknown`. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface ExpositionSink {
  /**
   * One sample. `series` is the name and label part as it stands in the line: equal texts mean the same series, so a
   * reader keeps a table of texts and calls `seriesLabels` only for a new one. `ms` is undefined without a timestamp.
   */
  sample(series: string, value: number, ms: number | undefined, type: MetricType, line: number): void;
  /** One HELP, TYPE or UNIT line; escapes in the help text are undone. */
  metadata?(kind: 'help' | 'type' | 'unit', family: string, text: string): void;
}

/**
 * Reads the Prometheus text format 0.0.4 or OpenMetrics 1.0 in blocks of any size. Errors are `ExpositionError` with the
 * line number and the words of Prometheus. Exemplars are checked and skipped.
 * https://prometheus.io/docs/instrumenting/exposition_formats/ · https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export class ExpositionParser {
  readonly #format: ExpositionFormat;
  readonly #sink: ExpositionSink;
  #type: MetricType = 'unknown';
  #line = 0;
  #rest = '';
  /** The series of the line before: dumps mostly have all samples of a series one after the other. */
  #series = '';
  #ended = false;

  constructor(format: ExpositionFormat, sink: ExpositionSink) {
    this.#format = format;
    this.#sink = sink;
  }

  /** Takes the next piece of the text; an unfinished last line waits for the next call. */
  push(text: string): void {
    const block = this.#rest === '' ? text : this.#rest + text;
    let from = 0;
    for (let to = block.indexOf('\n'); to !== -1; to = block.indexOf('\n', from)) {
      this.#takeLine(block, from, to);
      from = to + 1;
    }
    this.#rest = block.slice(from);
  }

  /** The text is over: its last line may lack the newline (not in OpenMetrics), and OpenMetrics must have said `# EOF`. */
  end(): void {
    if (this.#rest !== '') {
      const last = this.#rest;
      this.#rest = '';
      this.#takeLine(last, 0, last.length);
    }
    if (this.#format === 'openmetrics' && !this.#ended) {
      throw new ExpositionError(this.#line, 'data does not end with # EOF');
    }
  }

  #takeLine(block: string, from: number, to: number): void {
    this.#line++;
    if (this.#ended) throw new ExpositionError(this.#line, 'unexpected data after # EOF');
    if (block.charCodeAt(from) === HASH) {
      this.#takeComment(block.slice(from, to));
      return;
    }
    const start = this.#format === 'text' ? skipBlanks(block, from, to) : from;
    if (start === to) {
      if (this.#format === 'text') return;
      throw lineError(this.#line, 'expected a valid start token', block, from, from, to, 'INVALID');
    }
    this.#takeSample(block, start, to);
  }

  #takeSample(block: string, from: number, to: number): void {
    const sameEnd = from + this.#series.length;
    if (this.#series !== '' && block.charCodeAt(sameEnd) === BLANK && block.startsWith(this.#series, from)) {
      this.#takeValue(block, from, sameEnd, to, true);
      return;
    }
    const nameEnd = metricNameEnd(block, from, to);
    if (nameEnd === from && block.charCodeAt(from) !== BRACE_OPEN) {
      throw lineError(this.#line, 'expected a valid start token', block, from, from, to, 'INVALID');
    }
    const brace = skipBlanks(block, nameEnd, to);
    let seriesEnd = nameEnd;
    if (block.charCodeAt(brace) === BRACE_OPEN && brace < to) {
      seriesEnd = labelsEnd(block, brace, to);
      if (seriesEnd === -1) {
        // The slow reader finds out which token is wrong, and throws it.
        readSeries(block.slice(from, to), this.#line);
        throw lineError(this.#line, 'expected label name', block, from, to, to, 'LINEBREAK');
      }
    }
    this.#takeValue(block, from, seriesEnd, to, false);
  }

  /** What follows the series in a line; `again` when it is that of the line before. */
  #takeValue(block: string, from: number, seriesEnd: number, to: number, again: boolean): void {
    const valueStart = skipBlanks(block, seriesEnd, to);
    const valueEnd = wordEnd(block, valueStart, to);
    const missing = valueEnd === valueStart;
    if (missing) throw lineError(this.#line, 'expected value after metric', block, from, valueStart, to, 'INVALID');
    const series = again ? this.#series : block.slice(from, seriesEnd);
    if (!again && block.charCodeAt(from) === BRACE_OPEN && readSeries(series, this.#line).name === undefined) {
      const parsed = goQuote(block.slice(from, valueEnd));
      throw new ExpositionError(this.#line, `metric name not set while parsing: ${parsed}`);
    }
    const value = floatAt(block, valueStart, valueEnd);
    if (value === undefined) {
      const word = block.slice(valueStart, valueEnd);
      const parsed = goQuote(block.slice(from, valueEnd));
      throw new ExpositionError(
        this.#line,
        `strconv.ParseFloat: parsing ${goQuote(word)}: invalid syntax while parsing: ${parsed}`,
      );
    }
    const ms = this.#timestamp(block, from, valueEnd, to);
    this.#series = series;
    this.#sink.sample(series, value, ms, this.#type, this.#line);
  }

  /** What stands after the value: nothing, a timestamp (milliseconds in the text format, seconds in OpenMetrics), an exemplar. */
  #timestamp(block: string, from: number, valueEnd: number, to: number): number | undefined {
    const start = skipBlanks(block, valueEnd, to);
    if (start === to) return undefined;
    if (this.#format === 'openmetrics' && block.charCodeAt(start) === HASH)
      return this.#exemplar(block, start, to, undefined);
    const end = wordEnd(block, start, to);
    const number = this.#format === 'openmetrics' ? floatAt(block, start, end) : integerAt(block, start, end);
    const ms = this.#format === 'openmetrics' && number !== undefined ? Math.trunc(number * 1000) : number;
    if (ms === undefined || !Number.isFinite(ms)) {
      throw lineError(this.#line, 'expected timestamp or new record', block, from, start, to, 'INVALID');
    }
    const after = skipBlanks(block, end, to);
    if (after === to) return ms;
    if (this.#format === 'openmetrics' && block.charCodeAt(after) === HASH) return this.#exemplar(block, after, to, ms);
    throw lineError(this.#line, 'expected next entry after timestamp', block, from, after, to, 'INVALID');
  }

  #exemplar<T>(block: string, from: number, to: number, ms: T): T {
    const text = block.slice(from, to);
    if (!EXEMPLAR.test(text)) throw lineError(this.#line, 'expected label name', block, from, from, to, 'INVALID');
    return ms;
  }

  #takeComment(line: string): void {
    if (this.#format === 'openmetrics' && line === '# EOF') {
      this.#ended = true;
      return;
    }
    const match = METADATA.exec(line);
    if (match === null) {
      const keyword = /^#[ \t]+(HELP|TYPE|UNIT)(?:[ \t]+(.*))?$/.exec(line);
      if (keyword !== null && (keyword[1] !== 'UNIT' || this.#format === 'openmetrics')) {
        throw new ExpositionError(
          this.#line,
          `expected metric name after ${keyword[1]}, got ${goQuote(keyword[2]?.slice(0, 1) ?? '\n')} ("INVALID") while parsing: ${goQuote(line)}`,
        );
      }
      if (this.#format === 'openmetrics') {
        throw lineError(this.#line, 'expected a valid start token', line, 0, 0, line.length, 'INVALID');
      }
      return;
    }
    const [, kind, quoted, text = ''] = match as unknown as [
      string,
      'HELP' | 'TYPE' | 'UNIT',
      string,
      string | undefined,
    ];
    if (kind === 'UNIT' && this.#format === 'text') return;
    const family = quoted.startsWith('"') ? unescapeLabel(quoted.slice(1, -1)) : quoted;
    if (kind === 'TYPE') this.#type = this.#typeOf(text);
    if (kind === 'UNIT' && text !== '' && !family.endsWith(`_${text}`)) {
      throw new ExpositionError(this.#line, `unit ${goQuote(text)} not a suffix of metric ${goQuote(family)}`);
    }
    const content = kind === 'HELP' ? unescapeHelp(text, this.#format) : kind === 'TYPE' ? this.#type : text;
    this.#sink.metadata?.(kind.toLowerCase() as 'help' | 'type' | 'unit', family, content);
  }

  #typeOf(text: string): MetricType {
    const known = this.#format === 'text' ? TEXT_TYPES[text] : OPENMETRICS_TYPES[text];
    if (known === undefined) throw new ExpositionError(this.#line, `invalid metric type ${goQuote(text)}`);
    return known;
  }
}

const BLANK = 32;
const HASH = 35;
const BRACE_OPEN = 123;

const METADATA = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+("(?:\\.|[^\\"])*"|[a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t](.*))?$/s;
const EXEMPLAR = /^#\s*\{(?:\s*"?[^"=]*"?="(?:\\.|[^\\"])*"\s*,?)*\s*\}\s+[^ \t]+(?:\s+[0-9.eE+-]+)?\s*$/;

const OPENMETRICS_TYPES: Readonly<Record<string, MetricType | undefined>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'gaugehistogram',
  summary: 'summary',
  info: 'info',
  stateset: 'stateset',
  unknown: 'unknown',
};

const TEXT_TYPES: Readonly<Record<string, MetricType | undefined>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  untyped: 'unknown',
};

/** A whole number of milliseconds, the timestamp of the text format. */
function integerAt(block: string, from: number, to: number): number | undefined {
  const word = block.slice(from, to);
  return /^-?\d+$/.test(word) ? Number(word) : undefined;
}
