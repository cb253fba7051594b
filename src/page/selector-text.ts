/** A selector for a metric of any name: bare where the name allows it, otherwise quoted in braces. */
export function selectorText(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${JSON.stringify(name)}}`;
}
