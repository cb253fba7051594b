/** The JSON body of a success. `json` is JSON already. */
export function envelope(json: string, warnings: readonly string[] = [], infos: readonly string[] = []): string {
  return `{"status":"success","data":${json}${annotationsJson(warnings, infos)}}`;
}

export function encodeError(errorType: string, message: string): string {
  return JSON.stringify({ status: 'error', errorType, error: message });
}

/** What follows the data in an answer: nothing where there is nothing to say. */
export function annotationsJson(warnings: readonly string[], infos: readonly string[]): string {
  return list('warnings', warnings) + list('infos', infos);
}

function list(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `,"${name}":${JSON.stringify(texts)}`;
}
