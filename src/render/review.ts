import { formatTime } from './format.ts';
import { proseWidth } from './lesson.ts';
import { prose } from './prose.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { counted, wrapText } from './text.ts';

/** What is to be answered again; also the JSON of it. */
export type ReviewView = {
  readonly due: readonly { readonly id: string; readonly lesson: number; readonly title: string }[];
  /** When the next mistake comes back that is not due yet, ISO 8601. */
  readonly nextAt?: string;
  readonly command: string;
};

/** What is due, for those who cannot be asked; or that nothing is. */
export function renderReviewList(view: ReviewView, style: Style): string {
  const { due, command } = view;
  if (due.length === 0) return renderReviewEnd(view, style);
  const rows = due.flatMap(({ id, title }) => wrapText(safe(`${id}: ${title}`), proseWidth(style), '  '));
  return [
    prose(`${counted(due.length, 'exercise')} to answer again:`, style),
    ...rows,
    `${paint(style, 'hint', 'answer them in a terminal:')} ${paint(style, 'query', safe(command))}`,
  ].join('\n');
}

export function renderReviewEnd({ nextAt }: ReviewView, style: Style): string {
  const next =
    nextAt === undefined
      ? 'A wrong answer comes back after 1, 3 and 7 days.'
      : `The next mistake comes back at ${formatTime(Date.parse(nextAt), style)}.`;
  return prose(`Nothing is due for review. ${next}`, style);
}
