import {
  type Asked,
  askRecipe,
  askRecipes,
  type CookedRecipe,
  type ListedRecipe,
} from '../../explorer/ask-cookbook.ts';
import { COOKBOOK, type Recipe } from '../../explorer/cookbook.ts';
import { nearest } from '../../lib/nearest.ts';
import { EXIT, UnavailableError, UsageError } from '../../model/errors.ts';
import { isEmptyResult } from '../../model/query-result.ts';
import { renderCookbook, renderRecipe } from '../../render/cookbook.ts';
import { envelopeOf } from '../../render/machine.ts';
import { safeJson } from '../../render/safe.ts';
import { paint } from '../../render/style.ts';
import { type Answering, queryGround, standsIn } from '../answering.ts';
import type { Context } from '../context.ts';
import type { OptionsOf } from '../spec.ts';
import type { cookbookSpec } from '../specs/cookbook.ts';

type Options = OptionsOf<typeof cookbookSpec>;

/** Lists the ten queries with their present values, or shows one of them in full. */
export async function runCookbook(context: Context, args: readonly string[], options: Options): Promise<number> {
  const [wanted] = args;
  const recipe = wanted === undefined ? undefined : findRecipe(wanted);
  const run = async (answering: Answering) => {
    try {
      await show(context, answering, recipe);
      return EXIT.ok;
    } catch (error) {
      // Where nothing else will answer, the recipes are worth reading without their values, too.
      if (error instanceof UnavailableError && !context.json && !standsIn(context, answering.connection)) {
        const shown = (recipe === undefined ? COOKBOOK : [recipe]).map((each: Recipe) => ({ recipe: each }));
        context.out(renderCookbook(shown, context.style));
      }
      throw error;
    }
  };
  return queryGround(context, options, run, 'Their values come from the demo stack, which does not run.');
}

async function show(context: Context, { source, timeMs }: Answering, recipe: Recipe | undefined): Promise<void> {
  const asked = { timeMs, signal: context.io.signal };
  if (recipe !== undefined) {
    const cooked = await askRecipe(recipe, source, { ...asked, points: Math.max(20, context.style.width - 10) });
    context.out(context.json ? safeJson(cookedJson(cooked)) : renderRecipe(cooked, context.style));
    if (!context.json) noteEmpty(context, [cooked]);
    return;
  }
  const listed = await askRecipes(COOKBOOK, source, asked);
  if (context.json) {
    context.out(safeJson(listed.map(listedJson)));
    return;
  }
  context.out(renderCookbook(listed, context.style));
  context.out(`\n${paint(context.style, 'hint', 'One of them in full: prom-tutor cookbook 3')}`);
  noteEmpty(context, listed);
}

/** By number, by slug, or by a word that only one title or slug has. */
function findRecipe(wanted: string): Recipe {
  const word = wanted.trim().toLowerCase();
  const exact = COOKBOOK.find(({ number, slug }) => String(number) === word || slug === word);
  if (exact !== undefined) return exact;
  if (/^[+-]?\d+$/.test(word)) {
    throw new UsageError(`the cookbook has no query ${word}: its queries are numbered 1 to ${COOKBOOK.length}`, {
      hint: 'See them all: prom-tutor cookbook',
    });
  }
  const holding = COOKBOOK.filter(
    ({ slug, title }) => word.length > 1 && (slug.includes(word) || title.toLowerCase().includes(word)),
  );
  const [only] = holding;
  if (only !== undefined && holding.length === 1) return only;
  const near =
    holding.length > 0
      ? holding.map(({ slug }) => slug)
      : nearest(
          word,
          COOKBOOK.map(({ slug }) => slug),
        );
  throw new UsageError(`the cookbook has no query "${wanted}"`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : `Give a number from 1 to ${COOKBOOK.length}, or see them all: prom-tutor cookbook`,
  });
}

/** The queries are about the demo service; on another server most of them find nothing. */
function noteEmpty(context: Context, listed: readonly ListedRecipe[]): void {
  const empty = listed.filter(({ now }) => now.kind === 'answered' && isEmptyResult(now.result.data));
  if (empty.length < listed.length) return;
  const text = 'This server has no data of the demo service. To start it: prom-tutor start';
  context.note(`${paint(context.errStyle, 'warn', 'note:')} ${text}`);
}

function listedJson({ recipe, now }: ListedRecipe): object {
  return { ...recipeJson(recipe), now: askedJson(now) };
}

function cookedJson(cooked: CookedRecipe): object {
  const { recipe, better } = cooked;
  return { ...listedJson(cooked), better: { ...recipe.better, now: askedJson(better) } };
}

function recipeJson({ number, slug, title, query, shows, misleads, better, unit }: Recipe): object {
  return { number, slug, title, query, shows, misleads, better, ...(unit === undefined ? {} : { unit }) };
}

/** The API's own envelope, or its error. */
function askedJson(asked: Asked): unknown {
  return asked.kind === 'answered'
    ? (asked.result.envelope?.json() ?? envelopeOf(asked.result))
    : { status: 'error', error: asked.message };
}
