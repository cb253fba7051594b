import type { FieldSettings, Panel, ValueMapping } from '../explorer/dashboard/types.ts';
import { compileRe2, RegexSyntaxError } from '../promql/regex.ts';
import { unitText } from './grafana-units.ts';
import { safe } from './safe.ts';
import type { Role, Style } from './style.ts';

/** A value of a panel in words: its number or the text that stands for it, and which threshold it is in. */
export type ShownValue = {
  readonly text: string;
  /** "red: 90% or more"; absent where there is only one threshold, or none. */
  readonly verdict: string | undefined;
  readonly role: Role;
};

/** How this value looks under these settings; `undefined` is no value at all. All texts are safe. */
export function shownValue(value: number | undefined, settings: FieldSettings, style: Style): ShownValue {
  const mapping = mappingOf(value, settings.mappings);
  if (mapping !== undefined && mapping.text !== '') {
    return { text: safe(mapping.text), verdict: undefined, role: roleOfColor(mapping.color) };
  }
  if (value === undefined) return { text: safe(settings.noValue ?? 'no data'), verdict: undefined, role: 'dim' };
  const text = valueText(value, settings, style);
  const threshold = thresholdOf(value, settings, style);
  return { text, verdict: threshold?.words, role: roleOfColor(mapping?.color ?? threshold?.color) };
}

export function valueText(value: number, settings: FieldSettings, style: Pick<Style, 'timeZone' | 'ascii'>): string {
  return unitText(value, settings.unit, style, settings.decimals);
}

/** What a mapping makes of a value; undefined where none fits. */
export function mappedText(value: number, settings: FieldSettings): string | undefined {
  const text = mappingOf(value, settings.mappings)?.text;
  return text === undefined || text === '' ? undefined : safe(text);
}

/** The settings of one series of a panel: those of all, and the overrides that name it, the last one counts. */
export function settingsOf(panel: Panel, series: { readonly name: string; readonly refId: string }): FieldSettings {
  let settings = panel.settings;
  for (const { matches, settings: own } of panel.overrides) {
    const meant =
      matches.kind === 'name'
        ? matches.name === series.name
        : matches.kind === 'query'
          ? matches.refId === series.refId
          : finds(matches.pattern, series.name);
    if (meant) settings = { ...settings, ...own };
  }
  return settings;
}

function mappingOf(value: number | undefined, mappings: readonly ValueMapping[]): ValueMapping | undefined {
  return mappings.find(({ matches }) => fits(matches, value));
}

function fits(matches: ValueMapping['matches'], value: number | undefined): boolean {
  switch (matches.kind) {
    case 'value':
      return value !== undefined && matches.value.trim() !== '' && Number(matches.value) === value;
    case 'range':
      return value !== undefined && value >= matches.from && value <= matches.to;
    case 'regex':
      return value !== undefined && finds(matches.pattern, String(value));
    case 'special':
      if (matches.match === 'null' || matches.match === 'empty') return value === undefined;
      if (matches.match === 'nan') return value === undefined || Number.isNaN(value);
      return value === (matches.match === 'true' ? 1 : 0);
  }
}

/** A pattern that cannot be read finds nothing. */
function finds(pattern: string, text: string): boolean {
  const inside = /^\/([\s\S]*)\/[a-z]*$/.exec(pattern)?.[1] ?? pattern;
  try {
    return compileRe2(inside, false).matcher(text).find();
  } catch (error) {
    if (error instanceof RegexSyntaxError) return false;
    throw error;
  }
}

function thresholdOf(
  value: number,
  settings: FieldSettings,
  style: Style,
): { readonly color: string; readonly words: string | undefined } | undefined {
  const { thresholds, percentThresholds, min = 0, max = 100 } = settings;
  const measured = percentThresholds ? (100 * (value - min)) / (max - min || 1) : value;
  const at = thresholds.findLastIndex(({ from }) => measured >= from);
  const step = thresholds[at];
  if (step === undefined) return undefined;
  const bound = (number: number) =>
    percentThresholds ? `${number}% of the scale` : valueText(number, settings, style);
  const next = thresholds[at + 1];
  const where = Number.isFinite(step.from)
    ? `${bound(step.from)} or more`
    : next === undefined
      ? undefined
      : `below ${bound(next.from)}`;
  const color = colorWord(step.color);
  const words = where === undefined ? undefined : color === undefined ? where : `${color}: ${where}`;
  return { color: step.color, words };
}

/** Grafana's names are `semi-dark-red` and the like; a number such as #e02f44 has no word. */
function colorWord(color: string): string | undefined {
  return /(?:^|-)(red|orange|yellow|green|blue|purple)$/.exec(color)?.[1];
}

const ROLES: Readonly<Record<string, Role>> = {
  red: 'wrong',
  orange: 'warn',
  yellow: 'warn',
  green: 'ok',
  blue: 'label',
};

export function roleOfColor(color: string | undefined): Role {
  return ROLES[colorWord(color ?? '') ?? ''] ?? 'number';
}
