import { type PictureData, pictureOf } from '../advise/picture.ts';
import { QueryError } from '../model/errors.ts';
import { renderRefusal } from '../render/lesson-demo.ts';
import { renderPicture } from '../render/picture.ts';
import { prose } from '../render/prose.ts';
import type { Style } from '../render/style.ts';
import { type Ground, momentAt } from '../tutor/ground.ts';
import type { Picture } from '../tutor/lesson.ts';

/** A picture between the sentences that lead to it and away from it. Throws `UserError` when its query cannot be pictured. */
export async function drawPicture(unit: Picture, ground: Ground, style: Style): Promise<string> {
  const drawn = await drawing(unit, ground, style);
  const [before = '', after = ''] = [unit.before, unit.after].map((text) => (text === '' ? '' : prose(text, style)));
  return [before, drawn, after].filter((block) => block !== '').join('\n\n');
}

/** What a picture is made of; Prometheus' refusal where it cannot be had. Throws `UserError` as `drawPicture` does. */
export async function pictureData(
  unit: Pick<Picture, 'of' | 'query' | 'rangeMs'>,
  ground: Ground,
  timeMs: number,
): Promise<PictureData | { readonly kind: 'error'; readonly error: string }> {
  try {
    return await pictureOf(unit, ground.source, timeMs, ground.signal);
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'error', error: error.message };
    throw error;
  }
}

async function drawing(unit: Picture, ground: Ground, style: Style): Promise<string> {
  try {
    return renderPicture(await pictureOf(unit, ground.source, momentAt(ground, unit.at).ms, ground.signal), style);
  } catch (error) {
    if (error instanceof QueryError) return renderRefusal(unit.query, error, style);
    throw error;
  }
}
