import { canonicalJson } from './canonicalJson';

describe('canonical JSON', () => {
  it.each<[string, unknown, string]>([
    [
      'sorts by UTF-16 code units',
      { b: 1, a: 2, 10: 3, 9: 4, A: 5 },
      '{"10":3,"9":4,"A":5,"a":2,"b":1}',
    ],
    [
      'sorts as RFC 8785 shows it',
      {
        '\u20ac': 'Euro Sign',
        '\r': 'Carriage Return',
        '\ufb33': 'Hebrew Letter Dalet With Dagesh',
        '1': 'One',
        '\ud83d\ude00': 'Emoji: Grinning Face',
        '\u0080': 'Control',
        '\u00f6': 'Latin Small Letter O With Diaeresis',
      },
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    [
      'writes numbers as ECMAScript does',
      [
        333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0,
        1e21,
      ],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21]',
    ],
    [
      'escapes only what it must',
      '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/\u2028\0',
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028\\u0000"',
    ],
    [
      'keeps literals and nesting',
      [null, true, false, [], {}],
      '[null,true,false,[],{}]',
    ],
    [
      'leaves out what is undefined',
      { a: undefined, b: [undefined] },
      '{"b":[null]}',
    ],
    [
      'replaces half a character',
      { 'a\ud800': 'x\udc00y\ud83d\ude00' },
      '{"a\ufffd":"x\ufffdy\ud83d\ude00"}',
    ],
    [
      'takes names that objects have themselves',
      JSON.parse('{"__proto__":1,"constructor":2}'),
      '{"__proto__":1,"constructor":2}',
    ],
  ])('%s', (_title, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('is the same for the same content, and for what it was parsed from', () => {
    const text = canonicalJson({ z: { y: [1.0, 'ä'], x: null }, a: 'b' });
    expect(text).toBe(canonicalJson({ a: 'b', z: { x: null, y: [1, 'ä'] } }));
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  it.each([NaN, Infinity, 1n, () => 1, Symbol('x')])(
    'refuses what JSON cannot say: %p',
    value => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
      expect(() => canonicalJson({ a: [value] })).toThrow(TypeError);
    },
  );

  it('refuses what is undefined as a whole', () => {
    expect(() => canonicalJson(undefined)).toThrow('JSON has no undefined');
  });
});
