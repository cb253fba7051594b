/**
 * Whether a text looks as if it held a password or token, so that it is not written to a file. Rather one query too many
 * left out than one secret kept.
 */
export function holdsSecret(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}

const SIGNS: readonly RegExp[] = [
  // http://user:password@host, and a token in the place of the user.
  /[a-z][a-z0-9+.-]*:\/\/[^\s/?#"'`@]+@/i,
  // Headers and their values.
  /\bauthorization\b\s*[:=]/i,
  /\b(?:bearer|basic)\s+[\w.~+/-]{8,}/i,
  // An option, a field or a label of that name with a value: --password x, token=x, api_key="x".
  /(?:password|passwd|secret|token|api[_-]?key|credentials?)["'`]?\s*(?:=~?|!=|!~|:(?=[\s"']))\s*["'`]?[^\s"'`,})]/i,
  /--?[\w-]*(?:password|passwd|secret|token|api-?key|credentials?)\s+[^\s-]/i,
  // A signed token, and keys as the large providers write them.
  /\beyJ[\w-]{8,}\.[\w-]{8,}/,
  /\b(?:sk|ghp|gho|glpat|glsa|xox[abp])[-_][\w-]{16,}/,
];
