import { expect, it } from 'vitest';
import { shellWord } from '../../src/lib/shell-word.ts';

it.each([
  ['http://sse-app:8000/metrics', 'http://sse-app:8000/metrics'],
  ['http://x/?a=1&b=2', "'http://x/?a=1&b=2'"],
  ['http://x; rm -rf ~', "'http://x; rm -rf ~'"],
  ['$(id)', "'$(id)'"],
  ['~/x', "'~/x'"],
  ["it's", "'it'\\''s'"],
  ['', "''"],
])('%j is the word %s of a shell', (text, word) => expect(shellWord(text)).toBe(word));
