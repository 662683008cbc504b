import { parseQuery } from './parse';

describe('parseQuery', () => {
  it.each([
    ['up', 'instant', []],
    ['up{}', 'instant', []],
    [' up { app = "a" , } ', 'instant', ['app']],
    [`up{app='a',b=\`c\`}`, 'instant', ['app', 'b']],
    ['avg_over_time(up[24h])', 'average', []],
    [
      'avg_over_time( up{app!="a",b=~"c|d",e!~"f"} [1h30m] )',
      'average',
      ['app', 'b', 'e'],
    ],
  ])('reads %s', (query, kind, labels) => {
    const parsed = parseQuery(query);
    expect(parsed.kind).toBe(kind);
    expect(parsed.matchers.map(matcher => matcher.label)).toEqual(labels);
  });

  it.each([
    ['24h', 86_400_000],
    ['90s', 90_000],
    ['1d12h', 129_600_000],
    ['500ms', 500],
    ['1w', 604_800_000],
  ])('reads the duration %s', (duration, windowMs) => {
    expect(parseQuery(`avg_over_time(up[${duration}])`)).toMatchObject({
      windowMs,
    });
  });

  it.each([
    ['=', 'a', ['a'], ['b', '']],
    ['!=', 'a', ['b', ''], ['a']],
    ['=~', 'a|b', ['a', 'b'], ['ab', 'xa']],
    ['!~', 'a.*', ['b', ''], ['a', 'abc']],
  ])('matches with %s', (operator, value, matching, others) => {
    const [matcher] = parseQuery(`up{l${operator}"${value}"}`).matchers;
    expect(matching.every(text => matcher.matches(text))).toBe(true);
    expect(others.some(text => matcher.matches(text))).toBe(false);
  });

  it('unescapes strings', () => {
    const [matcher] = parseQuery(String.raw`up{l="a\"\\b\n"}`).matchers;
    expect(matcher.matches('a"\\b\n')).toBe(true);
  });

  it.each([
    ['', /no expression found/],
    ['up{', /inside braces/],
    ['up{app}', /inside braces/],
    ['up{app="a" b="c"}', /expected "," or "}"/],
    ['up{app="a}', /inside braces/],
    ['up{app=~"("}', /error parsing regexp/],
    ['up[5m]', /range vector/],
    ['up + up', /unexpected "\+ up"/],
    ['rate(up[5m])', /no function with name "rate"/],
    ['avg_over_time(up)', /expected type range vector/],
    ['avg_over_time(up[])', /not a valid duration/],
    ['avg_over_time(up[5x])', /not a valid duration/],
    ['avg_over_time(up[0s])', /greater than 0/],
    ['avg_over_time(up[5m]', /unclosed left parenthesis/],
    ['avg_over_time(up[5m]) > 1', /unexpected "> 1"/],
    ['{app="a"}', /unexpected character/],
    [`up{a="${'x'.repeat(10_001)}"}`, /longer than/],
  ])('refuses %s', (query, message) => {
    expect(() => parseQuery(query)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringMatching(message),
      }),
    );
  });
});
