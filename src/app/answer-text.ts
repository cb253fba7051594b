import type { Random } from './random.ts';

/** The words of an answer, one per token, blanks included: a sentence about monitoring, then another, until enough. */
export function answerTokens(count: number, random: Random): readonly string[] {
  const tokens: string[] = [];
  while (tokens.length < count) {
    const sentence = SENTENCES[Math.floor(random() * SENTENCES.length)] ?? '';
    for (const word of sentence.split(' ')) tokens.push(tokens.length === 0 ? word : ` ${word}`);
  }
  return tokens.slice(0, count);
}

const SENTENCES = [
  'A counter only ever grows, so look at how fast it grows.',
  'Every scrape adds one sample to every series.',
  'The slowest hundredth of the requests is somebody waiting.',
  'Two series with different labels are two different things.',
  'An empty result is an answer too: nothing matched.',
  'A target that is down says so itself, with a zero.',
  'Add up rates, never rate a sum.',
  'A gauge tells what is, a counter tells what has been.',
  'Buckets are cumulative, each one holds all the smaller ones.',
  'Nothing divided by nothing is not a number.',
  'Give the window at least four scrapes.',
  'What nobody asked for is not an error.',
] as const;
