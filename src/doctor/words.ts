import type { Labels } from '../model/labels.ts';

/** A moment in milliseconds as people read it; a number of seconds where no calendar goes. */
export function isoTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? `${new Date(ms).toISOString().slice(0, 19)}Z` : `${ms / 1000} s`;
}

/** A message as a sentence: with a capital, unless it begins with a command or an address, and an end. */
export function sentenceOf(text: string): string {
  const upper = /^(https?:|prom-tutor|-)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

/** What a target is called: by its instance. */
export function nameOf(labels: Labels): string {
  return labels.instance ?? labels.job ?? 'a target';
}
