import { EXIT, UserError } from '../model/errors.ts';

/** This backend cannot be used here after all, though nothing is wrong with what was asked: another one may do. */
export class BackendUnavailable extends UserError {
  override readonly name: string = 'BackendUnavailable';

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, { ...options, exitCode: EXIT.unavailable });
  }
}

/** Somebody took a port between our look and its use; with other ports it may work. */
export class PortTaken extends BackendUnavailable {
  override readonly name = 'PortTaken';
}
