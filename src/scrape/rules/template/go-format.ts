import { goQuote } from '../../../exposition/parse-error.ts';
import { formatG } from '../../../promql/maths/go-float.ts';
import { GoInt, goType, type TemplateValue } from './values.ts';

/** A value as Go's `%v` and text/template write it. */
export function goText(value: TemplateValue): string {
  if (value === undefined) return '<nil>';
  if (value instanceof GoInt) return String(value.value);
  if (typeof value === 'number') return formatG(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  switch (value.kind) {
    case 'map':
    case 'args': {
      const pairs = [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
      return `map[${pairs.map(([name, item]) => `${name}:${goText(item)}`).join(' ')}]`;
    }
    case 'sample':
      return `{${goText(value.labels)} ${goText(value.value)}}`;
    case 'rows':
      return `[${value.samples.map((sample) => goText(sample)).join(' ')}]`;
    case 'data': {
      const { labels, externalLabels, externalUrl, value: number } = value;
      return `{${goText(labels)} ${goText(externalLabels)} ${externalUrl} ${goText(number)}}`;
    }
  }
}

type Flags = {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly zero: boolean;
  readonly space: boolean;
  readonly sharp: boolean;
  readonly width: number;
  readonly precision: number | undefined;
};

/** Go's `fmt.Sprintf`, for the values templates have; what does not fit shows as in Go: `%!d(float64=5)`. */
export function sprintf(format: string, args: readonly TemplateValue[]): string {
  let used = 0;
  const text = format.replace(
    /%(?:([-+# 0]*)(\d+|\*)?(?:\.(\d*|\*))?(.)|$)/gsu,
    (
      _,
      marks: string | undefined,
      width: string | undefined,
      precision: string | undefined,
      verb: string | undefined,
    ) => {
      if (verb === undefined) return '%!(NOVERB)';
      if (verb === '%') return '%';
      const amount = (written: string | undefined): number | undefined => {
        if (written !== '*') return written === undefined ? undefined : Number(written || 0);
        const given = args[used++];
        return given instanceof GoInt ? given.value : undefined;
      };
      const flags: Flags = {
        minus: marks?.includes('-') === true,
        plus: marks?.includes('+') === true,
        zero: marks?.includes('0') === true,
        space: marks?.includes(' ') === true,
        sharp: marks?.includes('#') === true,
        width: amount(width) ?? 0,
        precision: amount(precision),
      };
      if (used >= args.length) return `%!${verb}(MISSING)`;
      return formatVerb(verb, args[used++], flags);
    },
  );
  if (used >= args.length) return text;
  const extra = args.slice(used).map((value) => `${goType(value)}=${goText(value)}`);
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatVerb(verb: string, value: TemplateValue, flags: Flags): string {
  const bad = () => `%!${verb}(${value === undefined ? '<nil>' : `${goType(value)}=${goText(value)}`})`;
  if (verb === 'T') return pad(goType(value), flags);
  if (verb === 'v') return typeof value === 'number' ? float('g', value, flags) : pad(goText(value), flags);
  if (typeof value === 'number') return /[eEfFgG]/.test(verb) ? float(verb, value, flags) : bad();
  if (value instanceof GoInt) return integer(verb, value.value, flags) ?? bad();
  if (typeof value === 'boolean') return verb === 't' ? pad(String(value), flags) : bad();
  if (typeof value === 'string') return string(verb, value, flags) ?? bad();
  if (value !== undefined && verb === 's') return pad(goText(value), flags);
  return bad();
}

function string(verb: string, value: string, flags: Flags): string | undefined {
  const cut = flags.precision === undefined ? value : [...value].slice(0, flags.precision).join('');
  if (verb === 's') return pad(cut, flags);
  if (verb === 'q') return pad(goQuote(cut), flags);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = [...new TextEncoder().encode(cut)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return pad(verb === 'X' ? hex.toUpperCase() : hex, flags);
}

const BASES: Readonly<Record<string, number | undefined>> = { b: 2, o: 8, d: 10, x: 16, X: 16 };

function integer(verb: string, value: number, flags: Flags): string | undefined {
  if (verb === 'c') return pad(character(value), flags);
  if (verb === 'q') return pad(`'${character(value)}'`, flags);
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const digits = Math.abs(value)
    .toString(base)
    .padStart(flags.precision ?? 1, '0');
  return pad(signed(value < 0, verb === 'X' ? digits.toUpperCase() : digits, flags), flags);
}

/** What is no code point shows as U+FFFD. */
function character(code: number): string {
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

function float(verb: string, value: number, flags: Flags): string {
  if (!Number.isFinite(value)) {
    const word = Number.isNaN(value) ? `${flags.plus ? '+' : ''}NaN` : `${value > 0 ? '+' : '-'}Inf`;
    return pad(word, { ...flags, zero: false });
  }
  const size = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  return pad(signed(negative, digitsOf(verb, size, flags.precision), flags), flags);
}

function digitsOf(verb: string, size: number, precision: number | undefined): string {
  const lower = verb.toLowerCase();
  if (lower === 'f') return fixed(size, precision ?? 6);
  const text = lower === 'e' ? exponential(size, precision ?? 6) : formatG(size, precision === 0 ? 1 : precision);
  return verb === lower ? text : text.toUpperCase();
}

/** `toFixed` gives up at 1e21 and beyond 100 digits; Go does not. */
function fixed(size: number, precision: number): string {
  if (size < 1e21) return size.toFixed(Math.min(precision, 100));
  const whole = BigInt(size).toString();
  return precision === 0 ? whole : `${whole}.${'0'.repeat(precision)}`;
}

function exponential(size: number, precision: number): string {
  const [mantissa = '', power = '0'] = size.toExponential(Math.min(precision, 100)).split('e');
  const exponent = Number(power);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function signed(negative: boolean, digits: string, { plus, space }: Flags): string {
  if (negative) return `-${digits}`;
  return plus ? `+${digits}` : space ? ` ${digits}` : digits;
}

function pad(text: string, { minus, zero, width }: Flags): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  if (!zero) return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}
