import { at, isFields, listAt, numberAt, textAt } from './json.ts';
import type { FieldOverride, FieldSettings, ThresholdStep, ValueMapping } from './types.ts';

/** How a panel shows its values; the fields of old panels (`format`, `yaxes`, `valueMaps`) are read as well. */
export function readSettings(raw: unknown, type: string): FieldSettings {
  const defaults = at(raw, 'fieldConfig', 'defaults');
  const old = type === 'graph' ? listAt(raw, 'yaxes')[0] : undefined;
  const mappings = readMappings(at(defaults, 'mappings'));
  return {
    unit: textAt(defaults, 'unit') ?? textAt(old, 'format') ?? textAt(raw, 'format') ?? '',
    decimals: decimalsOf(numberAt(defaults, 'decimals') ?? numberAt(raw, 'decimals')),
    min: numberAt(defaults, 'min') ?? numberAt(old, 'min') ?? numberAt(raw, 'gauge', 'minValue'),
    max: numberAt(defaults, 'max') ?? numberAt(old, 'max') ?? numberAt(raw, 'gauge', 'maxValue'),
    displayName: nonEmpty(textAt(defaults, 'displayName')),
    noValue: nonEmpty(textAt(defaults, 'noValue')),
    mappings: mappings.length > 0 ? mappings : oldMappings(raw),
    thresholds: thresholdsOf(defaults, raw),
    percentThresholds: textAt(defaults, 'thresholds', 'mode') === 'percentage',
  };
}

/** The overrides of single series whose matcher and properties are understood. */
export function readOverrides(raw: unknown): readonly FieldOverride[] {
  return listAt(raw, 'fieldConfig', 'overrides')
    .slice(0, MOST_OVERRIDES)
    .flatMap((override): readonly FieldOverride[] => {
      const matches = matcherOf(at(override, 'matcher'));
      if (matches === undefined) return [];
      let settings: Partial<FieldSettings> = {};
      for (const property of listAt(override, 'properties').slice(0, 50)) {
        settings = { ...settings, ...propertyOf(textAt(property, 'id') ?? '', at(property, 'value')) };
      }
      return Object.keys(settings).length === 0 ? [] : [{ matches, settings }];
    });
}

const MOST_OVERRIDES = 200;

function matcherOf(matcher: unknown): FieldOverride['matches'] | undefined {
  const options = textAt(matcher, 'options');
  if (options === undefined) return undefined;
  switch (textAt(matcher, 'id')) {
    case 'byName':
      return { kind: 'name', name: options };
    case 'byRegexp':
      return { kind: 'regex', pattern: options };
    case 'byFrameRefID':
      return { kind: 'query', refId: options };
    default:
      return undefined;
  }
}

function propertyOf(id: string, value: unknown): Partial<FieldSettings> {
  const number = numberAt({ value }, 'value');
  const text = textAt({ value }, 'value');
  switch (id) {
    case 'unit':
      return text === undefined ? {} : { unit: text };
    case 'displayName':
      return text === undefined ? {} : { displayName: text };
    case 'noValue':
      return text === undefined ? {} : { noValue: text };
    case 'decimals':
      return number === undefined ? {} : { decimals: decimalsOf(number) };
    case 'min':
      return number === undefined ? {} : { min: number };
    case 'max':
      return number === undefined ? {} : { max: number };
    case 'mappings':
      return { mappings: readMappings(value) };
    case 'thresholds':
      return { thresholds: stepsOf(value), percentThresholds: textAt(value, 'mode') === 'percentage' };
    default:
      return {};
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function decimalsOf(count: number | undefined): number | undefined {
  return count === undefined ? undefined : Math.min(12, Math.max(0, Math.round(count)));
}

const MOST_MAPPINGS = 500;

/** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-value-mappings/ */
function readMappings(raw: unknown): readonly ValueMapping[] {
  return (Array.isArray(raw) ? raw : []).slice(0, MOST_MAPPINGS).flatMap((mapping): readonly ValueMapping[] => {
    const options = at(mapping, 'options');
    const result = at(options, 'result');
    const shown = (from: unknown) => ({ text: textAt(from, 'text') ?? '', color: textAt(from, 'color') });
    switch (textAt(mapping, 'type') ?? at(mapping, 'type')) {
      case 'value':
        if (!isFields(options)) return [];
        return Object.entries(options)
          .slice(0, MOST_MAPPINGS)
          .map(([value, to]) => ({ ...shown(to), matches: { kind: 'value', value } }));
      case 'range':
        return [
          {
            ...shown(result),
            matches: {
              kind: 'range',
              from: numberAt(options, 'from') ?? Number.NEGATIVE_INFINITY,
              to: numberAt(options, 'to') ?? Number.POSITIVE_INFINITY,
            },
          },
        ];
      case 'regex':
        return [{ ...shown(result), matches: { kind: 'regex', pattern: textAt(options, 'pattern') ?? '' } }];
      case 'special': {
        const match = SPECIALS[textAt(options, 'match') ?? ''];
        return match === undefined ? [] : [{ ...shown(result), matches: { kind: 'special', match } }];
      }
      // Before Grafana 8: 1 is a value, 2 a range.
      case 1:
        return [
          {
            ...shown(mapping),
            matches: { kind: 'value', value: textAt(mapping, 'value') ?? String(at(mapping, 'value')) },
          },
        ];
      case 2:
        return [
          {
            ...shown(mapping),
            matches: {
              kind: 'range',
              from: numberAt(mapping, 'from') ?? Number.NEGATIVE_INFINITY,
              to: numberAt(mapping, 'to') ?? Number.POSITIVE_INFINITY,
            },
          },
        ];
      default:
        return [];
    }
  });
}

type Special = Extract<ValueMapping['matches'], { kind: 'special' }>['match'];

const SPECIALS: Readonly<Record<string, Special>> = {
  null: 'null',
  nan: 'nan',
  'null+nan': 'nan',
  true: 'true',
  false: 'false',
  empty: 'empty',
};

/** `valueMaps` of singlestat panels. */
function oldMappings(raw: unknown): readonly ValueMapping[] {
  return listAt(raw, 'valueMaps')
    .slice(0, MOST_MAPPINGS)
    .flatMap((map): readonly ValueMapping[] => {
      const value = textAt(map, 'value');
      const text = textAt(map, 'text') ?? '';
      if (value === undefined) return [];
      return [
        {
          text,
          color: undefined,
          matches: value === 'null' ? { kind: 'special', match: 'null' } : { kind: 'value', value },
        },
      ];
    });
}

function thresholdsOf(defaults: unknown, raw: unknown): readonly ThresholdStep[] {
  const steps = stepsOf(at(defaults, 'thresholds'));
  if (steps.length > 0) return steps;
  // Singlestat: "80,90" and three colours.
  const old = textAt(raw, 'thresholds');
  if (old === undefined || old.trim() === '') return [];
  const colors = listAt(raw, 'colors').map((color) => (typeof color === 'string' ? color : ''));
  const bounds = old.split(',', 20).map(Number);
  return [Number.NEGATIVE_INFINITY, ...bounds].flatMap((from, index) =>
    Number.isNaN(from) ? [] : [{ from, color: colors[index] ?? '' }],
  );
}

function stepsOf(thresholds: unknown): readonly ThresholdStep[] {
  return listAt(thresholds, 'steps')
    .slice(0, 50)
    .map((step, index) => ({
      from: index === 0 ? Number.NEGATIVE_INFINITY : (numberAt(step, 'value') ?? Number.NEGATIVE_INFINITY),
      color: textAt(step, 'color') ?? '',
    }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}
