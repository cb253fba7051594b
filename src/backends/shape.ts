/** Says which field of a document is wrong, by its path; undefined when it is as it should be. */
export type Check = (value: unknown, path: string) => string | undefined;

export const isText: Check = (value, path) => (typeof value === 'string' ? undefined : path);

export const isNumber: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : path;

export const isHttpUrl: Check = (value, path) =>
  typeof value === 'string' && /^https?:\/\/[^\s/]+$/.test(value) && URL.canParse(value) ? undefined : path;

export function isOneOf(...allowed: readonly unknown[]): Check {
  return (value, path) => (allowed.includes(value) ? undefined : path);
}

export function isListOf(item: Check): Check {
  return (value, path) =>
    Array.isArray(value) ? firstWrong(value.map((element, index) => item(element, `${path}[${index}]`))) : path;
}

/** An object with these fields; further fields are left alone, so that an older tool can read what a newer one adds. */
export function isObject(
  fields: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return path === '' ? 'the document' : path;
    const record = value as Readonly<Record<string, unknown>>;
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    return firstWrong([
      ...Object.entries(fields).map(([name, check]) => check(record[name], at(name))),
      ...Object.entries(optional).map(([name, check]) =>
        record[name] === undefined ? undefined : check(record[name], at(name)),
      ),
    ]);
  };
}

function firstWrong(results: readonly (string | undefined)[]): string | undefined {
  return results.find((result) => result !== undefined);
}
