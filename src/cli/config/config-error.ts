import { shellWord } from '../../lib/shell-word.ts';
import { EXIT, UserError } from '../../model/errors.ts';

/** One mistake in the settings file: line and column from 1. */
export type ConfigProblem = { readonly line: number; readonly column: number; readonly message: string };

/** The settings file cannot be used; says why, all mistakes at once. */
export class ConfigError extends UserError {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];

  /** `named`: it is not the file that is read unasked, so the commands that mend it have to name it. */
  constructor(path: string, text: string, problems: readonly ConfigProblem[], named: boolean) {
    const which = named ? ` --config ${shellWord(path)}` : '';
    super(
      problems.length === 1
        ? 'there is a mistake in the settings file'
        : `there are ${problems.length} mistakes in the settings file`,
      {
        exitCode: EXIT.usage,
        hint: `To mend it: prom-tutor config edit${which}. To look again: prom-tutor config check${which}`,
      },
    );
    this.path = path;
    this.text = text;
    this.problems = problems;
  }
}
