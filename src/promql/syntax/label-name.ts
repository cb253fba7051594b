/** Any text that is valid Unicode can be a label name, except none at all. */
export function isLabelName(name: string): boolean {
  return name !== '' && isWellFormed(name);
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}
