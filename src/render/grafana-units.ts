import { formatDuration, formatNumber, formatTime } from './format.ts';
import { safe } from './safe.ts';
import type { Style } from './style.ts';

/**
 * A value as Grafana writes it with this unit id: scaled where the unit says so (1,500 ms are 1.5 s), with three digits
 * that count unless `decimals` says how many. An id that is not known stands behind the number. Never longer than a line.
 * https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts
 */
export function unitText(
  value: number,
  unit: string,
  style: Pick<Style, 'timeZone' | 'ascii'>,
  decimals?: number,
): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const form = formOf(unit);
  return (WRITERS[form.kind] as (form: UnitForm, value: number, around: Around) => string)(form, value, {
    decimals,
    style,
  });
}

/**
 * The part of the unit that is the same for all values, such as "req/s": said once beside a chart instead of at every
 * number of its axis. Undefined where the unit belongs to the number.
 */
export function commonUnit(unit: string): string | undefined {
  const form = formOf(unit);
  if (form.kind === 'after' && form.text.startsWith(' ')) return form.text.trim();
  return form.kind === 'scaled' && form.common !== undefined ? form.common : undefined;
}

/** By what values of this size are divided before they are written in this unit, where that is no power of ten. */
export function axisFactor(most: number, unit: string): number {
  const form = formOf(unit);
  if (form.kind === 'scaled' && form.base === 1_024 && most >= 1_024) {
    return 1_024 ** Math.min(form.names.length - 1 - form.start, Math.floor(Math.log2(most) / 10));
  }
  if (form.kind !== 'time') return 1;
  const [, seconds] = TIMES.find(([, least]) => most * form.seconds >= least) ?? ['s', 1];
  return seconds < 1 ? 1 : seconds / form.seconds;
}

type UnitForm =
  | { readonly kind: 'plain' }
  /** Whole numbers stay whole and large ones get commas. */
  | { readonly kind: 'after'; readonly text: string; readonly factor?: number }
  | { readonly kind: 'before'; readonly text: string }
  /** In steps of `base`; `start` says with which of the names the value comes. */
  | {
      readonly kind: 'scaled';
      readonly base: number;
      readonly names: readonly string[];
      readonly start: number;
      readonly common?: string;
    }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'length'; readonly seconds: number }
  | { readonly kind: 'instant' }
  | { readonly kind: 'words'; readonly no: string; readonly yes: string }
  | { readonly kind: 'exponent' }
  | { readonly kind: 'hex'; readonly lead: string };

type Around = { readonly decimals: number | undefined; readonly style: Pick<Style, 'timeZone' | 'ascii'> };

const WRITERS: {
  readonly [K in UnitForm['kind']]: (form: Extract<UnitForm, { kind: K }>, value: number, around: Around) => string;
} = {
  plain: (_, value, { decimals }) => digits(value, decimals),
  after: ({ text, factor = 1 }, value, { decimals }) => `${digits(value * factor, decimals)}${text}`,
  before: ({ text }, value, { decimals }) => `${text}${digits(value, decimals)}`,
  scaled: ({ base, names, start }, value, { decimals }) => {
    let at = start;
    let size = value;
    while (Math.abs(size) >= base && at < names.length - 1) {
      size /= base;
      at++;
    }
    while (start > 0 && size !== 0 && Math.abs(size) < 1 && at > 0) {
      size *= base;
      at--;
    }
    return `${digits(size, decimals)}${names[at] ?? ''}`;
  },
  time: ({ seconds }, value, { decimals, style }) => {
    const size = Math.abs(value * seconds);
    const [name, unit] = TIMES.find(([, least]) => size >= least) ?? (size === 0 ? ['s', 1] : ['ns', 1e-9]);
    return `${digits((value * seconds) / unit, decimals)} ${style.ascii && name === 'µs' ? 'us' : name}`;
  },
  length: ({ seconds }, value) => formatDuration(value * seconds * 1_000),
  instant: (_, value, { style }) => formatTime(value, style),
  words: ({ no, yes }, value) => (value === 0 ? no : yes),
  exponent: (_, value, { decimals }) => value.toExponential(decimals ?? 2),
  hex: ({ lead }, value) => `${lead}${Math.trunc(value).toString(16).toUpperCase()}`,
};

const TIMES: readonly (readonly [string, number])[] = [
  ['weeks', 604_800],
  ['days', 86_400],
  ['hours', 3_600],
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
];

/** Three digits that count, none of them a zero at the end; whole numbers up to ten thousand in full. */
function digits(value: number, decimals: number | undefined): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (decimals === undefined && size !== 0 && size < 1e-6)) return value.toExponential(2);
  if (decimals !== undefined) return grouped(value.toFixed(decimals));
  if (Number.isInteger(value)) return grouped(String(value === 0 ? 0 : value));
  const places = Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(size))));
  const text = value.toFixed(places);
  return grouped(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const commas = whole.replace('-', '').length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}

function formOf(unit: string): UnitForm {
  if (Object.hasOwn(UNITS, unit)) return UNITS[unit] ?? { kind: 'plain' };
  const custom = /^(suffix|prefix|si|time|count|currency|bool):([\s\S]{0,60})$/.exec(unit);
  const text = safe(custom?.[2] ?? '');
  switch (custom?.[1]) {
    case 'suffix':
      return { kind: 'after', text: ` ${text.trimStart()}` };
    case 'prefix':
      return { kind: 'before', text };
    case 'currency':
      return { kind: 'before', text };
    case 'count':
    case 'si': {
      const lead = /^([munkMGT]?)(.+)$/s.exec(text);
      const known = custom[1] === 'si' && lead !== null && lead[1] !== '';
      return {
        kind: 'scaled',
        base: 1000,
        names: SI.map((each) => ` ${each}${known ? (lead?.[2] ?? '') : text}`),
        start: known ? Math.max(0, SI.indexOf(lead?.[1] ?? '')) : 3,
      };
    }
    case 'time':
      return { kind: 'instant' };
    case 'bool': {
      const [yes = 'true', no = 'false'] = text.split('/');
      return { kind: 'words', no, yes };
    }
    default:
      return unit === '' ? { kind: 'plain' } : { kind: 'after', text: ` ${safe(unit.slice(0, 60))}` };
  }
}

const SI: readonly string[] = ['n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P'];

const after = (text: string, factor = 1): UnitForm => ({ kind: 'after', text, factor });

/** "1.2K req/s" */
const counted = (text: string): UnitForm => ({
  kind: 'scaled',
  base: 1_000,
  names: ['', 'K', 'M', 'B', 'T'].map((each) => `${each} ${text}`),
  start: 0,
  common: text,
});

const binary = (text: string, start = 0): UnitForm => ({
  kind: 'scaled',
  base: 1_024,
  names: ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'].map((each) => ` ${each}${text}`),
  start,
});

const decimal = (text: string, start = 0): UnitForm => ({
  kind: 'scaled',
  base: 1_000,
  names: ['', 'k', 'M', 'G', 'T', 'P'].map((each) => ` ${each}${text}`),
  start,
});

const time = (seconds: number): UnitForm => ({ kind: 'time', seconds });

const UNITS: Readonly<Record<string, UnitForm>> = {
  none: { kind: 'plain' },
  string: { kind: 'plain' },
  locale: { kind: 'plain' },
  short: { kind: 'scaled', base: 1_000, names: ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr'], start: 0 },
  sishort: { kind: 'scaled', base: 1_000, names: ['', ' k', ' M', ' G', ' T', ' P'], start: 0 },
  percent: after('%'),
  percentunit: after('%', 100),
  humidity: after('%H'),
  sci: { kind: 'exponent' },
  hex: { kind: 'hex', lead: '' },
  hex0x: { kind: 'hex', lead: '0x' },
  bool: { kind: 'words', no: 'False', yes: 'True' },
  bool_yes_no: { kind: 'words', no: 'No', yes: 'Yes' },
  bool_on_off: { kind: 'words', no: 'Off', yes: 'On' },
  ns: time(1e-9),
  µs: time(1e-6),
  us: time(1e-6),
  ms: time(1e-3),
  s: time(1),
  m: time(60),
  h: time(3_600),
  d: time(86_400),
  dtdurations: { kind: 'length', seconds: 1 },
  dtdurationms: { kind: 'length', seconds: 1e-3 },
  dthms: { kind: 'length', seconds: 1 },
  dtdhms: { kind: 'length', seconds: 1 },
  clocks: { kind: 'length', seconds: 1 },
  clockms: { kind: 'length', seconds: 1e-3 },
  timeticks: { kind: 'length', seconds: 0.01 },
  dateTimeAsIso: { kind: 'instant' },
  dateTimeAsIsoNoDateIfToday: { kind: 'instant' },
  dateTimeAsUS: { kind: 'instant' },
  dateTimeAsSystem: { kind: 'instant' },
  dateTimeFromNow: { kind: 'instant' },
  bytes: binary('B'),
  kbytes: binary('B', 1),
  mbytes: binary('B', 2),
  gbytes: binary('B', 3),
  tbytes: binary('B', 4),
  bits: binary('b'),
  decbytes: decimal('B'),
  deckbytes: decimal('B', 1),
  decmbytes: decimal('B', 2),
  decgbytes: decimal('B', 3),
  dectbytes: decimal('B', 4),
  decbits: decimal('b'),
  binBps: binary('B/s'),
  Bps: decimal('B/s'),
  binbps: binary('b/s'),
  bps: decimal('b/s'),
  KiBs: binary('B/s', 1),
  MiBs: binary('B/s', 2),
  GiBs: binary('B/s', 3),
  KBs: decimal('B/s', 1),
  MBs: decimal('B/s', 2),
  GBs: decimal('B/s', 3),
  Kbits: decimal('b/s', 1),
  Mbits: decimal('b/s', 2),
  Gbits: decimal('b/s', 3),
  pps: counted('p/s'),
  cps: counted('c/s'),
  ops: counted('ops/s'),
  reqps: counted('req/s'),
  rps: counted('rd/s'),
  wps: counted('wr/s'),
  iops: counted('io/s'),
  eps: counted('evt/s'),
  mps: counted('msg/s'),
  recps: counted('rec/s'),
  rowsps: counted('rows/s'),
  cpm: counted('c/m'),
  opm: counted('ops/m'),
  reqpm: counted('req/m'),
  rpm: counted('rd/m'),
  wpm: counted('wr/m'),
  mpm: counted('msg/m'),
  hertz: decimal('Hz'),
  rotrpm: after(' rpm'),
  celsius: after(' °C'),
  fahrenheit: after(' °F'),
  kelvin: after(' K'),
  watt: decimal('W'),
  kwatt: decimal('W', 1),
  watth: decimal('Wh'),
  kwatth: decimal('Wh', 1),
  joule: decimal('J'),
  amp: decimal('A'),
  volt: decimal('V'),
  dB: after(' dB'),
  dBm: after(' dBm'),
  lengthm: decimal('m'),
  currencyUSD: { kind: 'before', text: '$' },
  currencyEUR: { kind: 'before', text: '€' },
  currencyGBP: { kind: 'before', text: '£' },
};
