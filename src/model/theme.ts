/** For terminals of any, of a light and of a dark background; bold, underline and inverse only; nothing at all. */
export const THEMES = ['auto', 'light', 'dark', 'high-contrast', 'none'] as const;
export type Theme = (typeof THEMES)[number];
