import type { PictureData, PictureKind } from '../advise/picture.ts';
import { renderBucketsPicture } from './picture-buckets.ts';
import { renderBudget } from './picture-budget.ts';
import { renderMatching } from './picture-matching.ts';
import { renderRestart } from './picture-restart.ts';
import { renderWindow } from './picture-window.ts';
import type { Style } from './style.ts';

/** A picture as text, never wider than the style; accessible: the same in sentences. */
export function renderPicture(data: PictureData, style: Style): string {
  return (DRAW[data.kind] as (data: PictureData, style: Style) => string)(data, style);
}

const DRAW: {
  readonly [K in PictureKind]: (data: Extract<PictureData, { readonly kind: K }>, style: Style) => string;
} = {
  window: renderWindow,
  buckets: renderBucketsPicture,
  restart: renderRestart,
  matching: renderMatching,
  budget: renderBudget,
};
