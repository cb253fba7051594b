import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureOf } from '../../src/advise/picture.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { renderPicture } from '../../src/render/picture.ts';
import type { Style } from '../../src/render/style.ts';
import { columnsOf } from '../../src/render/text.ts';
import { PICTURE_CASES, PICTURE_SCENARIO, type PictureCase, pictureSource } from '../helpers/picture-cases.ts';
import { styleOf } from '../helpers/styles.ts';

const source = pictureSource();
const fixtures = join(import.meta.dirname, '..', 'fixtures', 'pictures');

async function drawn({ of, query, at }: PictureCase, changes: Partial<Style>): Promise<string> {
  const data = await pictureOf({ of, query }, source, checkpointMs(PICTURE_SCENARIO, at));
  return renderPicture(data, styleOf(changes));
}

describe.each(PICTURE_CASES)('the picture $name', (one) => {
  it.each([
    ['60', { width: 60 }],
    ['100', { width: 100 }],
    ['accessible', { width: 80, accessible: true }],
  ] as const)('%s', async (form, changes) => {
    const text = await drawn(one, changes);
    await expect(`${one.query} @ ${one.at}\n\n${text}\n`).toMatchFileSnapshot(
      join(fixtures, `${one.name}.${form}.txt`),
    );
  });

  it('keeps within every width, with and without colour', async () => {
    for (let width = 40; width <= 100; width += 4) {
      for (const changes of [{}, { ascii: true }, { accessible: true }, { colour: true }]) {
        const lines = (await drawn(one, { width, ...changes })).split('\n');
        expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
      }
    }
  });

  it('has an ASCII form and a form without any drawing', async () => {
    expect(await drawn(one, { width: 60, ascii: true })).toMatch(/^[\x20-\x7e\n]*$/);
    const words = await drawn(one, { accessible: true, colour: true });
    expect(words).toMatch(/^[\x20-\x7e\n]*$/);
    expect(words).not.toMatch(/ {3}|[|#]/);
  });
});

it('lets no label value of a server reach the terminal as it is', async () => {
  const hostile = { ...source };
  hostile.instant = async (query, options) => {
    const { data } = await source.instant(query, options);
    const evil = '\x1b[2Jevil\u202e';
    if (data.kind !== 'vector') return { data, warnings: [], infos: [] };
    const samples = data.samples.map((sample, index) => ({
      ...sample,
      labels: { ...sample.labels, evil: `${evil}${index}` },
    }));
    return { data: { kind: 'vector', samples }, warnings: [], infos: [] };
  };
  const query = 'sse_errors_total / on (instance) group_left sse_app_info';
  const data = await pictureOf({ of: 'matching', query }, hostile, PICTURE_SCENARIO.t0Ms);
  for (const accessible of [false, true]) {
    const text = renderPicture(data, styleOf({ accessible }));
    expect(text).toContain('\\x1b[2Jevil');
    expect(text).not.toMatch(/[\x1b\u202e]/);
  }
});
