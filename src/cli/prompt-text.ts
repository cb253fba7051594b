/**
 * Whether Enter should start another line instead of submitting: a bracket or a backtick string is still open. A quoted
 * string cannot hold a newline in PromQL, so an unclosed quote is submitted and Prometheus says what is wrong with it.
 */
export function isIncomplete(text: string): boolean {
  let depth = 0;
  for (const piece of pieces(text)) {
    if (piece.kind === 'open-raw') return true;
    if (piece.kind === 'open-quote') return false;
    if (piece.kind !== 'other') continue;
    if ('([{'.includes(piece.text)) depth++;
    if (')]}'.includes(piece.text)) depth--;
  }
  return depth > 0;
}

/**
 * Text of several lines as one line that means the same query: comments go, every line break becomes a space. The one
 * line is what the person sees, so the position Prometheus reports fits what stands on the screen.
 */
export function oneLine(text: string): string {
  return pieces(text.replace(/\r\n?/g, '\n'))
    .map((piece) => (piece.kind === 'comment' ? ' ' : piece.text))
    .join('')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

type Piece = { readonly kind: 'string' | 'open-quote' | 'open-raw' | 'comment' | 'other'; readonly text: string };

/** Cuts a query where brackets and line breaks stop meaning themselves: strings and comments whole, the rest by character. */
function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  const pattern = /"(?:\\[^\n]|[^"\\\n])*("?)|'(?:\\[^\n]|[^'\\\n])*('?)|`[^`]*(`?)|(#[^\n]*)|([\s\S])/g;
  for (const match of text.matchAll(pattern)) {
    const [whole, double, single, raw, comment, other] = match;
    if (comment !== undefined) found.push({ kind: 'comment', text: whole });
    else if (other !== undefined) found.push({ kind: 'other', text: whole });
    else if (raw === '') found.push({ kind: 'open-raw', text: whole });
    else found.push({ kind: (double ?? single) === '' ? 'open-quote' : 'string', text: whole });
  }
  return found;
}
