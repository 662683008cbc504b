import { parseComment } from './parseComment';

describe('a command', () => {
  it.each<[string, string, string | undefined]>([
    ['APPROVE', 'APPROVE', undefined],
    ['ABORT we fix forward', 'ABORT', 'we fix forward'],
    ['ABORT: we fix forward', 'ABORT', 'we fix forward'],
    ['MANUAL\n\nI am on it', 'MANUAL', 'I am on it'],
    ['\n\n  APPROVE  \n', 'APPROVE', undefined],
    ['> ABORT\n\nAPPROVE fine by me', 'APPROVE', 'fine by me'],
    ['<!-- ABORT -->\nAPPROVE', 'APPROVE', undefined],
    ['```\nABORT\n```\nAPPROVE', 'APPROVE', undefined],
    ['APPROVE\nAPPROVE', 'APPROVE', 'APPROVE'],
    ['APPROVE.', 'APPROVE', '.'],
    ['ABORT\r\nwindows line', 'ABORT', 'windows line'],
  ])('%j', (body, command, reason) => {
    expect(parseComment(body)).toEqual({
      kind: 'command',
      command,
      ...(reason === undefined ? {} : { reason }),
    });
  });

  it('has a reason of bounded length', () => {
    const parsed = parseComment(`ABORT ${'x'.repeat(60_000)}`);
    expect(parsed.kind === 'command' && parsed.reason?.length).toBe(2_000);
  });
});

describe('what was meant for us but is not clear', () => {
  it.each([
    'approve',
    'Approve.',
    'APROVE',
    '/abort',
    '!manual',
    'ABROT',
    'Manuel',
  ])('%j is answered with how commands are written', body => {
    expect(parseComment(body)).toMatchObject({ kind: 'not_understood' });
  });

  it.each(['APPROVE\nABORT', 'MANUAL I take it\n\nAPPROVE otherwise'])(
    'two commands in one comment: %j',
    body => {
      expect(parseComment(body)).toMatchObject({
        kind: 'not_understood',
        because: expect.stringContaining('one command a comment'),
      });
    },
  );
});

describe('talk between people', () => {
  it.each([
    '',
    '   \n',
    'I would not ABORT yet',
    'Abort would be wrong here',
    'APPROVED by the team',
    'ABORTING now?',
    '> APPROVE',
    '```\nABORT\n```',
    '<!-- APPROVE -->',
    '<!-- APPROVE',
    '`ABORT` is what I would write',
    'Looking.',
    'manually restarted the pods',
    '@oncall please look',
    'RESET',
  ])('%j is left alone', body => {
    expect(parseComment(body)).toEqual({ kind: 'talk' });
  });
});
