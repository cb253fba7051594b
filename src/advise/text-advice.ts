import { FUNCTIONS } from '../promql/functions/table.ts';
import { AGGREGATORS } from '../promql/syntax/tokens.ts';
import { bareAggregated } from './bare-aggregated.ts';
import { inBraces, maskStrings, replaceInBraces, replaceMasked } from './masked-text.ts';

/** What is wrong with a query's text, in our words, and the corrected query where it is certain. */
export type TextAdvice = { readonly message: string; readonly fix?: string };

/**
 * Looks for what beginners carry over from other languages, before any parser is asked: typographic quotes, `&&`, `!x`,
 * `=` as a comparison, unquoted values, parentheses in the place of braces, `by provider`, `[5 min]`, SQL. Only for text
 * that Prometheus refuses: valid queries may look like some of these. The first that fits speaks.
 */
export function adviseText(query: string): TextAdvice | undefined {
  const text = query.trim();
  const masked = maskStrings(text);
  for (const rule of RULES) {
    const advice = rule(text, masked);
    if (advice !== undefined) return advice;
  }
  return undefined;
}

/** `masked` is the text with what stands inside quotes replaced, character by character, so that offsets agree. */
type Rule = (text: string, masked: string) => TextAdvice | undefined;

const AGGREGATOR = AGGREGATORS.join('|');
const RANGE_FUNCTION = FUNCTIONS.filter(({ args }) => args[0] === 'matrix')
  .map(({ name }) => name)
  .join('|');

const RULES: readonly Rule[] = [
  (text) =>
    isSentence(text)
      ? {
          message:
            'That reads like a sentence; what is wanted is a query. In a lesson the word `hint` alone on the line helps, and `solution` shows one answer.',
        }
      : undefined,

  (text) =>
    /[“”„‟«»‘’‚‛]/.test(text)
      ? {
          message: 'Curly quotes came in, as text programs make them. PromQL knows straight ones: `"` or `\'`.',
          fix: text.replace(/[“”„‟«»]/g, '"').replace(/[‘’‚‛]/g, "'"),
        }
      : undefined,

  (text, masked) =>
    /&&|\|\|/.test(masked)
      ? {
          message: 'PromQL writes its logic in words: `and`, `or`, `unless`.',
          fix: replaceMasked(text, masked, /\s*(&&|\|\|)\s*/g, ([, sign]) => (sign === '&&' ? ' and ' : ' or ')),
        }
      : undefined,

  (text, masked) => {
    const found = /(?:^|[^=!<>~\w"{,\s])\s*!\s*([a-zA-Z_:][\w:]*)/.exec(masked);
    if (found === null) return undefined;
    const whole = /^!\s*([a-zA-Z_:][\w:]*(\{[^}]*\})?)$/.exec(masked);
    return {
      message: 'PromQL has no `!`: a comparison keeps the rows you want, here those whose value is 0.',
      ...(whole === null ? {} : { fix: `${text.slice(1).trim()} == 0` }),
    };
  },

  (text, masked) =>
    /^\s*select\b[\s\S]*\bfrom\b|\bwhere\b/i.test(masked)
      ? {
          message:
            'That is SQL. In PromQL the metric name alone selects, braces filter: `up{job="prometheus"}`, and functions go around it.',
          ...sqlFix(text, masked),
        }
      : undefined,

  (text, masked) => {
    const pattern = /\[\s*(\d+)\s*(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|[smhd])\s*\]/gi;
    const words = /\[\s*\d+(?:\s+[smhd]|\s*(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?))\s*\]/i;
    if (!words.test(masked)) return undefined;
    return {
      message: 'A window is a number and one letter without a space: `[30s]`, `[5m]`, `[1h]`.',
      fix: replaceMasked(
        text,
        masked,
        pattern,
        ([, count, unit]) => `[${count}${(unit ?? 'm').charAt(0).toLowerCase()}]`,
      ),
    };
  },

  (text, masked) => {
    const pattern = /\b(by|without|on|ignoring)\s+(?!\()([a-zA-Z_]\w*(?:\s*,\s*[a-zA-Z_]\w*)*)/g;
    if (!pattern.test(masked)) return undefined;
    return {
      message: 'Labels after `by`, `without`, `on` and `ignoring` stand in parentheses.',
      fix: replaceMasked(text, masked, pattern, ([, word, labels]) => `${word} (${labels?.trim()})`),
    };
  },

  (text, masked) =>
    /===/.test(masked)
      ? { message: 'Values are compared with two signs, `==`.', fix: replaceMasked(text, masked, /===+/g, () => '==') }
      : undefined,

  (text, masked) => {
    const found = /^(?:(expr|if)\b\s*:?\s*)?(.*?)(?:\s+for\s+\d+(?:ms|[smhdwy])\s*)?$/s.exec(masked);
    const [, before = '', query = ''] = found ?? [];
    const start = masked.length - masked.replace(/^(?:expr|if)\b\s*:?\s*/, '').length;
    if (query === '' || query === masked) return undefined;
    return {
      message:
        before === ''
          ? '`for` is a key of the rule, beside `expr`. The expression itself ends before it.'
          : `\`${before}\` is no part of a query: what comes after it is the whole expression.`,
      fix: text.slice(start, start + query.length),
    };
  },

  (text, masked) => {
    const pattern = /(?<=[<>=]\s*)(\d+(?:\.\d+)?)\s*%(?=\s*(?:$|\)))/g;
    if (!pattern.test(masked)) return undefined;
    return {
      message: '`%` after a number looks for a remainder, not for percent. A share of five percent is `0.05`.',
      fix: replaceMasked(text, masked, pattern, ([, number]) => `${Number((Number(number) / 100).toPrecision(12))}`),
    };
  },

  (text, masked) => {
    const pattern = /(?<=[<>=*/+-]\s*)(\d+),(\d+)(?=\s*(?:$|\)))/g;
    if (!pattern.test(masked)) return undefined;
    return {
      message: 'Numbers have a point, not a comma.',
      fix: replaceMasked(text, masked, pattern, ([, whole, rest]) => `${whole}.${rest}`),
    };
  },

  (text, masked) => {
    const found = /^not\s+([a-zA-Z_:][\w:]*(?:\{[^}]*\})?)$/i.exec(masked);
    return found === null
      ? undefined
      : {
          message: 'PromQL has no `not`: a comparison keeps the rows you want, here those whose value is 0.',
          fix: `${text.slice(masked.length - (found[1] ?? '').length)} == 0`,
        };
  },

  (text, masked) => bareAggregated(text, masked),

  (text, masked) => {
    const pattern = new RegExp(
      `\\b(${AGGREGATOR})\\s*\\(\\s*([a-zA-Z_]\\w*(?:\\s*,\\s*[a-zA-Z_]\\w*)*)\\s*\\)\\s*(?=\\()`,
      'g',
    );
    if (!pattern.test(masked)) return undefined;
    return {
      message: 'Labels to keep come after the word `by`: `sum by (label) (…)`.',
      fix: replaceMasked(text, masked, pattern, ([, name, labels]) => `${name} by (${labels}) `),
    };
  },

  (text, masked) => {
    const found = new RegExp(`^(${RANGE_FUNCTION})\\s*(\\[[^\\]]*\\])\\s*\\((.*)\\)$`, 's').exec(masked);
    if (found === null) return undefined;
    const [, name = '', window = '', inside = ''] = found;
    const start = masked.indexOf('(') + 1;
    return {
      message: 'Functions take no brackets. The window belongs to the selector, inside the parentheses.',
      ...(isSelector(inside) ? { fix: `${name}(${text.slice(start, -1).trim()}${window})` } : {}),
    };
  },

  (text, masked) => {
    const found = new RegExp(`^(${RANGE_FUNCTION})\\s*\\((.*)\\)\\s*(\\[[^\\]]*\\])$`, 's').exec(masked);
    if (found === null) return undefined;
    const [, name = '', inside = '', window = ''] = found;
    const start = masked.indexOf('(') + 1;
    return {
      message: 'The window belongs to the selector, inside the parentheses.',
      ...(isSelector(inside) ? { fix: `${name}(${text.slice(start, start + inside.length).trim()}${window})` } : {}),
    };
  },

  (text, masked) => {
    const found = /^([a-zA-Z_:][\w:]*)\s*\(\s*([a-zA-Z_]\w*\s*(?:==|=~|!~|!=|=)\s*.*)\)$/s.exec(masked);
    if (found === null) return undefined;
    const [, name = '', matchers = ''] = found;
    const start = masked.lastIndexOf(matchers);
    const inBraces = `{${text.slice(start, start + matchers.length).trim()}}`;
    const aggregates = AGGREGATORS.some((word) => word === name);
    const compared = /^([\w:]+)\s*=\s*([-+]?[\d.]+)\s*$/.exec(matchers);
    if (aggregates && compared !== null) {
      return {
        message: 'Values are compared with two signs, `==`; one is for label filters, in braces.',
        fix: `${name}(${compared[1]} == ${compared[2]})`,
      };
    }
    return {
      message: 'Label filters stand in braces: `{name="value"}`. Parentheses are for functions.',
      ...(/[()]/.test(matchers) ? {} : { fix: aggregates ? `${name}(${inBraces})` : `${name}${inBraces}` }),
    };
  },

  (text, masked) =>
    inBraces(masked, /==/)
      ? {
          message: 'Inside braces a filter has one `=`; `==` compares values.',
          fix: replaceInBraces(text, masked, /==/g, () => '='),
        }
      : undefined,

  (text, masked) => {
    const pattern = /(=~|!~|!=|=)\s*([A-Za-z_0-9][\w.:/-]*)(?=\s*[,}])/g;
    return inBraces(masked, pattern)
      ? {
          message: 'The value of a label stands in quotes.',
          fix: replaceInBraces(text, masked, pattern, ([, operator, value]) => `${operator}"${value}"`),
        }
      : undefined;
  },

  (text, masked) => {
    const window = /\{\s*(\d+(?:ms|[smhdwy]))\s*\}/g;
    return window.test(masked)
      ? {
          message: 'A window stands in brackets; braces are for filters by label.',
          fix: replaceMasked(text, masked, window, ([, length]) => `[${length}]`),
        }
      : undefined;
  },

  (text, masked) => {
    const pattern = /([a-zA-Z_]\w*)\s*:\s*(?=")/g;
    return inBraces(masked, pattern)
      ? {
          message: 'A filter is a label, `=` and a value in quotes. A colon does not compare.',
          fix: replaceInBraces(text, masked, pattern, ([, label]) => `${label}=`),
        }
      : undefined;
  },

  (_text, masked) => {
    const found = /\{\s*([a-zA-Z_]\w*)\s*\}/.exec(masked);
    return found === null
      ? undefined
      : {
          message: `A filter says which value: \`{${found[1]}="value"}\`. To keep a label in a sum it is \`sum by (${found[1]}) (…)\`.`,
        };
  },

  (text, masked) => {
    const pattern = /(")\s+(?=[a-zA-Z_]\w*\s*(?:=~|!~|!=|=))/g;
    return inBraces(masked, pattern)
      ? {
          message: 'Filters inside braces are separated by commas.',
          fix: replaceInBraces(text, masked, pattern, () => '", '),
        }
      : undefined;
  },

  (text, masked) => {
    const pattern = /(?<![=!<>~])(=!|=>|=<|<>)(?![=!<>~])/g;
    const [found] = [...masked.matchAll(pattern)];
    if (found === undefined) return undefined;
    const meant = TURNED[found[1] ?? ''] ?? '';
    return {
      message: `\`${found[1]}\` is written \`${meant}\`.`,
      fix: replaceMasked(text, masked, pattern, ([, sign]) => TURNED[sign ?? ''] ?? ''),
    };
  },

  (text, masked) => {
    const outside = masked.replace(/\{[^}]*(?:\}|$)/g, (part) => '_'.repeat(part.length));
    const pattern = /(?<![=!<>])\s*=(?![=~])\s*/g;
    if (!pattern.test(outside)) return undefined;
    return {
      message: '`=` belongs to label filters inside braces. Values are compared with `==`.',
      fix: replaceMasked(text, outside, pattern, () => ' == '),
    };
  },

  (_text, masked) =>
    [...masked.matchAll(/["'`]/g)].length % 2 === 1 ? { message: 'A quote is opened and never closed.' } : undefined,

  (_text, masked) => {
    const found = /([a-zA-Z_:][\w:]*)\.([a-zA-Z_]\w*)/.exec(masked);
    if (found === null) return undefined;
    return {
      message: `A dot does not reach into labels. A label is chosen in braces, such as \`${found[1]}{name="value"}\`.`,
    };
  },

  (text, masked) => unclosed(text, masked),
];

/** Comparisons as other languages, or tired fingers, write them. */
const TURNED: Readonly<Record<string, string>> = { '=!': '!=', '=>': '>=', '=<': '<=', '<>': '!=' };

/** Three words or more and nothing but words, none of them one that only queries have. */
function isSentence(text: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  return (
    words.length >= 3 &&
    words.every((word) => /^\p{L}+(?:['’-]\p{L}+)*[.,;:!?]*$/u.test(word) && !QUERY_WORDS.has(word)) &&
    words[0] !== 'select'
  );
}

const QUERY_WORDS: ReadonlySet<string> = new Set([...AGGREGATORS, 'by', 'without', 'bool', 'offset', 'unless']);

/** What is opened and not closed, closed where the text ends; only when nothing is crossed. */
function unclosed(text: string, masked: string): TextAdvice | undefined {
  const open: string[] = [];
  for (const character of masked) {
    const closing = CLOSING[character];
    if (closing !== undefined) open.push(closing);
    else if (')]}'.includes(character) && open.pop() !== character) return undefined;
  }
  if (open.length === 0) return undefined;
  const missing = open.reverse().join('');
  return { message: `A bracket is open at the end: \`${missing}\` is missing.`, fix: `${text}${missing}` };
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** `SELECT * FROM up WHERE job = 'x'` has one sure translation; anything longer has none. */
function sqlFix(text: string, masked: string): { readonly fix?: string } {
  const found =
    /^\s*select\s+\*\s+from\s+([a-zA-Z_:][\w:]*)(?:\s+where\s+([a-zA-Z_]\w*)\s*=\s*(["'][^"']*["']))?\s*;?$/i.exec(
      masked,
    );
  if (found === null) return {};
  const [, metric = '', label, quoted] = found;
  if (label === undefined || quoted === undefined) return { fix: metric };
  const start = masked.lastIndexOf(quoted);
  return { fix: `${metric}{${label}=${text.slice(start, start + quoted.length)}}` };
}

function isSelector(masked: string): boolean {
  return /^\s*(?:[a-zA-Z_:][\w:]*\s*(?:\{[^}]*\})?|\{[^}]+\})\s*$/.test(masked);
}
