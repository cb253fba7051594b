/** The characters that Go's `%q` writes as a backslash and a letter; quotes are the business of the caller. https://pkg.go.dev/strconv#Quote */
export const GO_ESCAPES: Readonly<Record<string, string | undefined>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};
