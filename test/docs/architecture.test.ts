import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const rooms = readdirSync(join(root, 'src'));
/** Below these a path of the page may begin. */
const FOLDERS = ['', 'src', 'src/scrape', 'src/explorer', 'src/doctor'];

it('docs/architecture.md names files and folders that there are', () => {
  const named = [...page.matchAll(/`((?:[\w-]+\/)+[\w.-]*)`/g)].map(([, path = '']) =>
    path.replace('NN-slug', '04-rate'),
  );
  expect(named.length).toBeGreaterThan(40);
  const missing = named.filter((path) => FOLDERS.every((folder) => !existsSync(join(root, folder, path))));
  expect(missing).toEqual([]);
});

it('docs/architecture.md has a row for every room', () => {
  const rows = [...page.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, room = '']) => room);
  expect(rows.toSorted()).toEqual(rooms.toSorted());
});

it.each(['docs', '.'])('links between pages in %s lead somewhere', (folder) => {
  const pages = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  const broken = pages.flatMap((name) => {
    const text = readFileSync(join(root, folder, name), 'utf8')
      .replaceAll(/^```[\s\S]*?^```/gm, '')
      .replaceAll(/`[^`\n]*`/g, '');
    const paths = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) => path);
    return paths.filter((path) => !existsSync(join(root, folder, path))).map((path) => `${name}: ${path}`);
  });
  expect(broken).toEqual([]);
});
