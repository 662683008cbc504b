import { RecentFailures } from './recentFailures';

function failure(name: string, errorCode: 'UNAVAILABLE' | 'TIMEOUT') {
  return { name, errorCode, result: 'failure' as const };
}

const success = {
  name: 'github.listIssueComments',
  result: 'success' as const,
};

describe('RecentFailures', () => {
  it('tells a failure when it begins, and again only after it was over', () => {
    const failures = new RecentFailures();
    const down = failure('github.listIssueComments', 'UNAVAILABLE');
    expect(failures.update('c-1', [down])).toEqual([down]);
    expect(failures.update('c-1', [down])).toEqual([]);
    expect(failures.update('c-1', [success])).toEqual([]);
    expect(failures.update('c-1', [down])).toEqual([down]);
    failures.forget('c-1');
    expect(failures.update('c-1', [down])).toEqual([down]);
  });

  it('tells rollbacks, calls and kinds of failure apart', () => {
    const failures = new RecentFailures();
    const down = failure('github.listIssueComments', 'UNAVAILABLE');
    const slow = failure('github.listIssueComments', 'TIMEOUT');
    const other = failure('catalog.readPeople', 'UNAVAILABLE');
    failures.update('c-1', [down]);
    expect(failures.update('c-2', [down])).toEqual([down]);
    expect(failures.update('c-1', [slow])).toEqual([slow]);
    expect(failures.update('c-1', [slow, other])).toEqual([other]);
  });

  it('remembers a bounded number of rollbacks, the latest ones', () => {
    const failures = new RecentFailures();
    const down = failure('github.listIssueComments', 'UNAVAILABLE');
    for (let index = 0; index <= 1_000; index += 1) {
      failures.update(`c-${index}`, [down]);
    }
    expect(failures.update('c-1000', [down])).toEqual([]);
    expect(failures.update('c-1', [down])).toEqual([]);
    expect(failures.update('c-0', [down])).toEqual([down]);
  });
});
