import { parsePatch } from './patch';

describe('parsePatch', () => {
  it('numbers the lines of both sides', () => {
    const patch = [
      '--- a/app.yaml',
      '+++ b/app.yaml',
      '@@ -10,3 +10,3 @@ spec:',
      '   source:',
      '-    targetRevision: def456a',
      '+    targetRevision: abc1234',
      '   destination:',
      '',
    ].join('\n');
    expect(parsePatch(patch)).toEqual([
      { kind: 'hunk', text: '@@ -10,3 +10,3 @@ spec:' },
      { kind: 'context', text: '  source:', before: 10, after: 10 },
      { kind: 'removed', text: '    targetRevision: def456a', before: 11 },
      { kind: 'added', text: '    targetRevision: abc1234', after: 11 },
      { kind: 'context', text: '  destination:', before: 12, after: 12 },
    ]);
  });

  it('starts over at every hunk and keeps the note about a missing newline', () => {
    const patch = [
      '@@ -1 +1 @@',
      '-a',
      '+b',
      '\\ No newline at end of file',
      '@@ -7,2 +7,1 @@',
      ' c',
      '-d',
    ].join('\n');
    expect(parsePatch(patch)).toEqual([
      { kind: 'hunk', text: '@@ -1 +1 @@' },
      { kind: 'removed', text: 'a', before: 1 },
      { kind: 'added', text: 'b', after: 1 },
      { kind: 'note', text: '\\ No newline at end of file' },
      { kind: 'hunk', text: '@@ -7,2 +7,1 @@' },
      { kind: 'context', text: 'c', before: 7, after: 7 },
      { kind: 'removed', text: 'd', before: 8 },
    ]);
  });

  it('hides nothing of what is no diff', () => {
    expect(parsePatch('binary file')).toEqual([
      { kind: 'context', text: 'binary file', before: 1, after: 1 },
    ]);
  });
});
