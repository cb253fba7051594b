/** A text as one word of a POSIX shell: what a shell would read into it is quoted. Commands we print are copied there. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,-][\w.~:/@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
