import type { QueryError } from '../model/errors.ts';

/** An error of the HTTP API: status, `errorType` and text as Prometheus gives them. */
export class ApiError extends Error {
  readonly status: number;
  readonly errorType: string;

  constructor(status: number, errorType: string, message: string) {
    super(message);
    this.status = status;
    this.errorType = errorType;
  }

  static badData(message: string): ApiError {
    return new ApiError(400, 'bad_data', message);
  }

  static parameter(name: string, message: string): ApiError {
    return ApiError.badData(`invalid parameter ${JSON.stringify(name)}: ${message}`);
  }
}

/**
 * The text of the API for an error of a `Source`: puts back the parameter and the position that `Source` took off, the
 * column counted in bytes again. Only errors of the request (400) carry them.
 */
export function queryErrorText(error: QueryError, parameter: 'query' | 'match[]' | undefined): string {
  if (error.status !== 400) return error.message;
  const prefix = parameter === undefined ? '' : `invalid parameter ${JSON.stringify(parameter)}: `;
  const message = error.message.replace(/^invalid parameter "[^"]*": /, '');
  const checked = /^(invalid expression type|match\[\] must)/.test(message);
  return `${prefix}${checked ? '' : `${positionText(error)}: parse error: `}${message}`;
}

function positionText({ position, query }: QueryError): string {
  if (position === undefined) return 'unknown position';
  const line = query.split('\n')[position.line - 1] ?? '';
  return `${position.line}:${Buffer.byteLength(line.slice(0, position.column - 1)) + 1}`;
}
