import type { Source } from '../source/source.ts';
import type { Asking } from './picture-ask.ts';
import { type BucketsPicture, bucketsPicture } from './picture-buckets.ts';
import { type BudgetPicture, budgetPicture } from './picture-budget.ts';
import { type MatchingPicture, matchingPicture } from './picture-matching.ts';
import { type RestartPicture, restartPicture } from './picture-restart.ts';
import { type WindowPicture, windowPicture } from './picture-window.ts';

/** What a picture is made of, each kind with the data its drawing needs. */
export type PictureData = WindowPicture | BucketsPicture | RestartPicture | MatchingPicture | BudgetPicture;
export type PictureKind = PictureData['kind'];

/** What to picture. `rangeMs`: how far back `budget` looks; the other kinds read it off the query. */
export type PictureSpec = { readonly of: PictureKind; readonly query: string; readonly rangeMs?: number };

/**
 * Asks for what the picture of a query at an instant (milliseconds) needs. Throws `UserError` when the query is not of
 * the shape that this kind can picture, and what the source throws. Nothing found is data too.
 */
export async function pictureOf(
  spec: PictureSpec,
  source: Source,
  timeMs: number,
  signal?: AbortSignal,
): Promise<PictureData> {
  return ASK[spec.of](spec, { source, timeMs, signal });
}

const ASK: { readonly [K in PictureKind]: Ask<K> } = {
  window: windowPicture,
  buckets: bucketsPicture,
  restart: restartPicture,
  matching: matchingPicture,
  budget: budgetPicture,
};

type Ask<K extends PictureKind> = (
  spec: PictureSpec,
  asking: Asking,
) => Promise<Extract<PictureData, { readonly kind: K }>>;
