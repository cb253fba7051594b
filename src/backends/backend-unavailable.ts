import { EXIT, UserError } from '../model/errors.ts';

/** This backend cannot be used here after all, though nothing is wrong with what was asked: another one may do. */
export class BackendUnavailable extends UserError {
  override readonly name = 'BackendUnavailable';

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, { ...options, exitCode: EXIT.unavailable });
  }
}
