import type { Asked, CookedRecipe, ListedRecipe } from '../explorer/ask-cookbook.ts';
import type { Recipe } from '../explorer/cookbook.ts';
import { isHistogram, type QueryResult } from '../model/query-result.ts';
import { renderChart } from './chart.ts';
import { formatNumber } from './format.ts';
import { highlightQuery } from './highlight.ts';
import { renderResult } from './result.ts';
import { safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { counted, padStart, wrapText } from './text.ts';

/** All recipes, each with its value now and the query to copy. Without values the recipes alone. */
export function renderCookbook(recipes: readonly (ListedRecipe | { readonly recipe: Recipe })[], style: Style): string {
  return recipes
    .map((listed) => {
      const { recipe } = listed;
      const now = 'now' in listed ? summaryOf(listed.now, recipe) : undefined;
      if (style.accessible) {
        const lead = `Recipe ${recipe.number} of ${recipes.length}: ${recipe.title}${now === undefined ? '' : `, now ${now}`}`;
        return [...wrapText(lead, proseWidth(style)), ...queryLines(recipe.query, style, '')].join('\n');
      }
      const number = padStart(String(recipe.number), 2);
      const head = now === undefined ? recipe.title : `${recipe.title}: ${now}`;
      const lines = wrapText(head, style.width - 4).map((line, index) => {
        if (index > 0) return `    ${line}`;
        const title = line.slice(0, recipe.title.length);
        return `${paint(style, 'dim', number)}  ${paint(style, 'title', title)}${line.slice(recipe.title.length)}`;
      });
      return [...lines, ...queryLines(recipe.query, style, '    ')].join('\n');
    })
    .join('\n');
}

/** One recipe in full: what it shows, its result now, when it misleads, the better form with its result and last hour. */
export function renderRecipe(cooked: CookedRecipe, style: Style): string {
  const { recipe, now, better, hour } = cooked;
  const blocks = [
    [
      paint(style, 'title', `${recipe.number}. ${recipe.title}`),
      ...queryLines(recipe.query, style, '  '),
      ...sentence('Shows:', recipe.shows, 'ok', style),
    ],
    [resultOf(now, recipe, style)],
    [
      ...sentence('Misleads:', recipe.misleads, 'warn', style),
      ...sentence('Better:', recipe.better.why, 'hint', style),
      ...queryLines(recipe.better.query, style, '  '),
    ],
    [resultOf(better, recipe, style)],
    hour === undefined || hour.series.length === 0
      ? []
      : [
          renderChart(hour.series, style, {
            ...hour,
            title: 'The last hour of the better form',
            ...(recipe.unit === undefined ? {} : { unit: recipe.unit }),
          }),
        ],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function proseWidth(style: Style): number {
  return Math.min(style.width, PROSE_WIDTH);
}

/** A query is never wrapped: it is there to be copied. */
function queryLines(query: string, style: Style, indent: string): readonly string[] {
  return [(style.accessible ? 'Query: ' : indent) + highlightQuery(query, style)];
}

function sentence(lead: string, text: string, role: Role, style: Style): readonly string[] {
  return wrapText(`${lead} ${text}`, proseWidth(style), style.accessible ? '' : '  ').map((line, index) =>
    index === 0 ? paint(style, role, lead) + line.slice(lead.length) : line,
  );
}

function resultOf(asked: Asked, recipe: Recipe, style: Style): string {
  if (asked.kind === 'failed') return wrapText(`failed: ${safeLines(asked.message)}`, style.width, '  ').join('\n');
  return renderResult(asked.result, style, {
    byLabels: true,
    ...(recipe.unit === undefined ? {} : { unit: recipe.unit }),
    ...(recipe.states === undefined ? {} : { states: recipe.states }),
  });
}

/** An answer in a few words: the value, or how many rows there are and what lies between. */
function summaryOf(asked: Asked, recipe: Recipe): string {
  if (asked.kind === 'failed') return `failed: ${safeLines(asked.message).split('\n')[0] ?? ''}`;
  const values = valuesOf(asked.result);
  const unit = recipe.unit === undefined ? {} : { unit: recipe.unit };
  if (values.length === 0) return 'no data';
  if (recipe.states !== undefined) return `${counted(values.length, 'row')}: ${statesOf(values, recipe.states)}`;
  const [first = Number.NaN] = values;
  if (values.length === 1) return formatNumber(first, unit);
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return `${counted(values.length, 'row')}, all NaN`;
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const range = low === high ? formatNumber(low, unit) : `${formatNumber(low)} to ${formatNumber(high, unit)}`;
  const nan = values.length - numbers.length;
  return `${counted(values.length, 'row')}, ${range}${nan === 0 ? '' : `, ${nan} NaN`}`;
}

function statesOf(values: readonly number[], states: Readonly<Record<number, string>>): string {
  const counts = new Map<string, number>();
  for (const value of values) {
    const state = states[value] ?? formatNumber(value);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts.size === 1
    ? `all ${[...counts.keys()][0]}`
    : [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

function valuesOf({ data }: QueryResult): readonly number[] {
  if (data.kind === 'scalar') return [data.value];
  if (data.kind !== 'vector') return [];
  return data.samples.flatMap(({ value }) => (isHistogram(value) ? [] : [value]));
}
