import { marked, type Token, type Tokens } from 'marked';
import { highlightQuery } from './highlight.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { breakWord, columnsOf } from './text.ts';

/**
 * Markdown as terminal prose, at most 72 columns: paragraphs, headings, lists, quotes and tables wrap; fenced code stays
 * as it is, two columns in, and `promql` fences are highlighted. Without colour, code keeps its backticks.
 */
export function prose(markdown: string, style: Style): string {
  const width = Math.min(style.width, PROSE_WIDTH);
  return blocksOf(marked.lexer(safeLines(inLetters(markdown, style))), style, width).join('\n');
}

/** The signs that teaching text is written with, in ASCII where that is asked for; what data says stays as it is. */
export function inLetters(text: string, style: Pick<Style, 'ascii'>): string {
  return style.ascii ? text.replace(/[…–—←→↑↓×“”‘’]/g, (sign) => LETTERS[sign] ?? sign) : text;
}

const LETTERS: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '←': '<',
  '→': '->',
  '↑': '^',
  '↓': 'v',
  '×': 'x',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};

/** The lines of a run of block tokens, one blank line between blocks. */
function blocksOf(tokens: readonly Token[], style: Style, width: number): readonly string[] {
  const lines: string[] = [];
  for (const token of tokens) {
    const block = blockOf(token as MarkedBlock, style, width);
    if (block.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(...block);
  }
  return lines;
}

type MarkedBlock =
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.Text
  | Tokens.List
  | Tokens.Code
  | Tokens.Blockquote
  | Tokens.Table
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.Space
  | Tokens.Def;

function blockOf(token: MarkedBlock, style: Style, width: number): readonly string[] {
  switch (token.type) {
    case 'heading':
      return headingLines(token, style, width);
    case 'paragraph':
      return wrapPieces(piecesOf(token.tokens), style, width);
    case 'text':
      return wrapPieces(
        token.tokens === undefined ? [{ text: plain(token.text) }] : piecesOf(token.tokens),
        style,
        width,
      );
    case 'code':
      return codeLines(token, style);
    case 'list':
      return listLines(token, style, width);
    case 'blockquote':
      return indented(blocksOf(token.tokens, style, Math.max(10, width - 2)), style.accessible ? '' : '  ');
    case 'table':
      return tableLines(token, style, width);
    case 'hr':
      return style.accessible ? [] : [paint(style, 'dim', symbolsOf(style).rule.repeat(width))];
    case 'html':
      return wrapPieces([{ text: safeLines(token.text).replace(/\s+/g, ' ').trim() }], style, width);
    default:
      return [];
  }
}

/** Where no colour tells a heading from the text, a rule under it does. */
function headingLines(heading: Tokens.Heading, style: Style, width: number): readonly string[] {
  const lines = wrapPieces(piecesOf(heading.tokens, 'title'), style, width);
  if (style.colour || style.accessible || heading.depth > 2) return lines;
  return [...lines, symbolsOf(style).rule.repeat(Math.max(0, ...lines.map(columnsOf)))];
}

function codeLines(token: Tokens.Code, style: Style): readonly string[] {
  const language = token.lang?.split(/\s/)[0]?.toLowerCase();
  const text = language === 'promql' ? highlightQuery(token.text, style) : safeLines(token.text);
  return indented(text.split('\n'), '  ');
}

function listLines(list: Tokens.List, style: Style, width: number): readonly string[] {
  const first = list.start === '' ? 1 : list.start;
  return list.items.flatMap((item, index) => {
    const bullet = style.accessible ? '-' : symbolsOf(style).bullet;
    const mark = list.ordered ? `${first + index}. ` : `${bullet} `;
    const inner = Math.max(10, width - columnsOf(mark));
    const lines = item.tokens.flatMap((token) => blockOf(token as MarkedBlock, style, inner));
    const gap = list.loose && index > 0 ? [''] : [];
    const hanging = ' '.repeat(columnsOf(mark));
    return [...gap, ...lines.map((line, at) => (line === '' ? '' : (at === 0 ? mark : hanging) + line))];
  });
}

/** Tables in prose are small: one line a row, cells led by the name of their column. */
function tableLines(table: Tokens.Table, style: Style, width: number): readonly string[] {
  return table.rows.flatMap((row) => {
    const pieces = row.flatMap((cell, index): readonly Piece[] => {
      const head = table.header[index];
      const lead: readonly Piece[] =
        head === undefined || head.text === '' ? [] : [...piecesOf(head.tokens), { text: ': ' }];
      return [...(index === 0 ? [] : [{ text: ', ' }]), ...lead, ...piecesOf(cell.tokens)];
    });
    return wrapPieces(pieces, style, width, '  ');
  });
}

function indented(lines: readonly string[], indent: string): readonly string[] {
  return lines.map((line) => (line === '' ? '' : indent + line));
}

/** A stretch of text of one kind. `code` is kept together with its marks. */
type Piece = { readonly text: string; readonly role?: Role; readonly code?: true; readonly newline?: true };

function piecesOf(tokens: readonly Token[], role?: Role): readonly Piece[] {
  return tokens.flatMap((token): readonly Piece[] => {
    const inner = 'tokens' in token && token.tokens !== undefined ? token.tokens : undefined;
    switch (token.type) {
      case 'strong':
        return piecesOf(inner ?? [], 'title');
      case 'codespan':
        return [{ text: plain(token.text), role: 'query', code: true }];
      case 'br':
        return [{ text: '', newline: true }];
      case 'link':
        return [
          ...piecesOf(inner ?? [], role),
          ...(token.text === token.href ? [] : [{ text: ` (${plain(token.href)})` }]),
        ];
      default: {
        if (inner !== undefined) return piecesOf(inner, role);
        return [textPiece(plain(withoutEntities('text' in token ? token.text : token.raw)), role)];
      }
    }
  });
}

function textPiece(text: string, role: Role | undefined): Piece {
  return role === undefined ? { text } : { text, role };
}

/** The entities that people write in Markdown to keep a character from being markup. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};

function withoutEntities(text: string): string {
  return text.replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

function plain(text: string): string {
  return safe(text.replace(/[\n\t]+/g, ' '));
}

/** A word is a run of pieces without a space between them: `code`, with its comma. */
type Word = readonly Piece[];

function wrapPieces(pieces: readonly Piece[], style: Style, width: number, hanging = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const word of wordsOf(pieces, style)) {
    if (word === 'newline') {
      lines.push(line);
      line = '';
      taken = 0;
      continue;
    }
    const size = word.reduce((sum, piece) => sum + columnsOf(piece.text), 0);
    if (taken > columnsOf(hanging) * Math.sign(lines.length) && taken + 1 + size > width) {
      lines.push(line);
      line = hanging;
      taken = columnsOf(hanging);
    }
    const fresh = taken === 0 || (lines.length > 0 && line === hanging);
    for (const [index, part] of fittingParts(word, size, width - columnsOf(hanging)).entries()) {
      if (index > 0) {
        lines.push(line);
        line = hanging;
        taken = columnsOf(hanging);
      }
      const gap = index === 0 && !fresh ? ' ' : '';
      line += gap + part.map(({ text, role }) => (role === undefined ? text : paint(style, role, text))).join('');
      taken += gap.length + part.reduce((sum, piece) => sum + columnsOf(piece.text), 0);
    }
  }
  if (line !== '' && line !== hanging) lines.push(line);
  return lines;
}

/** A word alone too long for a line is cut, piece by piece. */
function fittingParts(word: Word, size: number, width: number): readonly Word[] {
  if (size <= width) return [word];
  return word.flatMap((piece) => breakWord(piece.text, Math.max(1, width)).map((text) => [{ ...piece, text }]));
}

function wordsOf(pieces: readonly Piece[], style: Style): readonly (Word | 'newline')[] {
  const words: (Word | 'newline')[] = [];
  let word: Piece[] = [];
  const flush = () => {
    if (word.length > 0) words.push(word);
    word = [];
  };
  for (const piece of pieces) {
    if (piece.newline) {
      flush();
      words.push('newline');
      continue;
    }
    const text = piece.code && !style.colour && !style.accessible ? `\`${piece.text}\`` : piece.text;
    text.split(/( +)/).forEach((part) => {
      if (part === '') return;
      if (/^ +$/.test(part)) flush();
      else word.push(piece.role === undefined ? { text: part } : { text: part, role: piece.role });
    });
  }
  flush();
  return words;
}
