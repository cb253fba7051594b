/** The API's error types an evaluation can end with. */
export type EngineErrorType = 'bad_data' | 'execution' | 'timeout' | 'canceled';

/** The query cannot be answered; the message is Prometheus' own. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly errorType: EngineErrorType;

  constructor(errorType: EngineErrorType, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export function executionError(message: string): EngineError {
  return new EngineError('execution', message);
}

/** Two rows of a result would have the same labels. */
export function duplicateSeriesError(): EngineError {
  return executionError('vector cannot contain metrics with the same labelset');
}

/** Native histograms can be stored and shown; computing with them is not built yet. */
export function histogramsNotEvaluated(what: string): EngineError {
  return executionError(`${what} of native histograms is not supported by the embedded engine yet`);
}
