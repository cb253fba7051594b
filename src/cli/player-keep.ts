import { UserError } from '../model/errors.ts';
import { safe, safeLines } from '../render/safe.ts';
import type { Lesson } from '../tutor/lesson.ts';
import { type Progress, recordDraft } from '../tutor/progress.ts';
import type { ProgressFile } from '../tutor/progress-file.ts';
import { recordKept } from '../tutor/session-record.ts';
import type { Kept } from '../tutor/session-types.ts';
import type { Context } from './context.ts';

/** Keeps what is done in a lesson. Where nothing can be written the lesson goes on, and that is said once. */
export type Keeper = {
  step(kept: readonly Kept[]): Promise<void>;
  /** What stands on the line, unsent, when the lesson is left. True when it was written. */
  draft(text: string): Promise<boolean>;
};

/** `verdicts`: false on a server of one's own, where nothing is known to be right; the way through the lesson is kept. */
export function keeperOf(
  context: Context,
  file: ProgressFile,
  lesson: Lesson,
  options: { readonly verdicts: boolean },
): Keeper {
  let told = false;
  const change = async (how: (progress: Progress) => Progress): Promise<boolean> => {
    try {
      const { notices } = await file.update(how);
      for (const notice of notices) context.note(`note: ${safe(notice)}`);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!told) context.note(`note: ${safeLines(error.message)}. ${safeLines(error.hint ?? '')}`.trimEnd());
      told = true;
      return false;
    }
  };
  return {
    async step(kept) {
      const some = options.verdicts ? kept : kept.filter(({ kind }) => kind === 'position' || kind === 'line');
      if (some.length > 0) await change((progress) => recordKept(progress, lesson, some, context.io.now()));
    },
    draft: (text) => change((progress) => recordDraft(progress, lesson, text)),
  };
}
