import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitAnswer } from '../../src/source/json-rows.ts';
import { SEEDED } from '../helpers/hostile.ts';

type Parsed = { readonly data?: { readonly result?: unknown } };

/** The answer put together again from its pieces; undefined where it was not cut. */
function rejoined(json: string): unknown {
  const split = splitAnswer(Buffer.from(json));
  if (split === undefined) return undefined;
  const frame = JSON.parse(split.frame) as Parsed;
  expect(frame.data?.result).toEqual([]);
  return { ...frame, data: { ...frame.data, result: [...split.rows] } };
}

it.each([
  '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"2"]}]}}',
  ' { "status" : "success" , "data" : { "result" : [ {"a":"]}"} , {"b":"\\\\"} ] , "stats":{"x":[1,2]} } , "warnings":["w"] } ',
  '{"infos":[{"data":{"result":[1]}}],"data":{"stats":[[]],"result":[{"é":"\\"[{"},{}]}}',
])('cuts %s', (json) => {
  expect(rejoined(json)).toEqual(JSON.parse(json));
});

it.each([
  '',
  'x',
  '{}',
  '[]',
  '{"data":[]}',
  '{"data":{"result":[]}}',
  '{"data":{"result":[1,"2"]}}',
  '{"data":{"result":[{"a":1},2]}}',
  '{"data":{"result":[{"a":1},]}}',
  '{"data":{"result":[{"a":1}',
  '{"data":{"result":[{"a":"1]}}',
  '{"data":{"result":{"a":[]}}}',
  '{"data"',
])('leaves %j alone', (json) => {
  expect(splitAnswer(Buffer.from(json))).toBeUndefined();
});

it('cuts any answer without changing it, however it is laid out', () => {
  const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
  const beside = fc.dictionary(fc.string(), fc.jsonValue());
  const indent = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(rows, beside, beside, indent, (result, outer, inner, space) => {
      const json = JSON.stringify({ ...outer, data: { ...inner, result } }, undefined, space);
      expect(rejoined(json)).toEqual(JSON.parse(json));
    }),
    SEEDED,
  );
});

it('leaves what is no JSON to the parser, wherever it breaks off', () => {
  const json =
    '{"status":"success","data":{"result":[{"metric":{"a":"\\""},"value":[1,"2"]},{"value":[1,"x"]}]},"infos":[]}';
  for (let end = 0; end < json.length; end++) {
    const split = splitAnswer(Buffer.from(json.slice(0, end)));
    if (split !== undefined) expect(() => [JSON.parse(split.frame), ...split.rows]).toThrow(SyntaxError);
  }
});
