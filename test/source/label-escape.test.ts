import { describe, expect, it } from 'vitest';
import { escapeLabelName } from '../../src/source/label-escape.ts';

describe('escapeLabelName', () => {
  it.each([
    ['job', 'job'],
    ['__name__', '__name__'],
    ['http.status_code', 'U__http_2e_status__code'],
    ['1st', 'U___31_st'],
    ['a:b', 'U__a:b'],
    ['ü', 'U___fc_'],
    ['😀', 'U___1f600_'],
    ['a/b c', 'U__a_2f_b_20_c'],
    ['U__x', 'U__U____x'],
    ['a\ud800', 'U__a_FFFD_'],
    ['', 'U__'],
  ])('%j becomes %s', (name, escaped) => {
    expect(escapeLabelName(name)).toBe(escaped);
  });
});
