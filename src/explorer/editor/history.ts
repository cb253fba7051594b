import { replaced } from './edit.ts';
import type { EditorState } from './state.ts';

/** The line before (-1) or behind (1) the one that stands there. What was changed in a line is there when one comes back. */
export function recalled(state: EditorState, step: -1 | 1): EditorState {
  const { history, at, drafts, text } = state;
  let to = at + step;
  // The same line several times over is one to a person.
  while (to > 0 && to < history.length && history[to] === text && !drafts.has(to)) to += step;
  if (to < 0 || to > history.length) return { ...state, menu: undefined };
  const kept = new Map(drafts).set(at, text);
  const shown = kept.get(to) ?? history[to] ?? '';
  return { ...replaced(state, 0, text.length, shown), at: to, drafts: kept, goesOn: false };
}
