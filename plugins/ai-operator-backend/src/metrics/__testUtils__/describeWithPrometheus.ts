import { findProgram } from './programs';

/**
 * Tests that need a real Prometheus and its promtool. Where they are not
 * installed, one skipped test names the reason.
 */
function describeWithPrometheus(
  title: string,
  define: (programs: { prometheus: string; promtool: string }) => void,
): void {
  const prometheus = findProgram('prometheus');
  const promtool = findProgram('promtool');
  if (!prometheus || !promtool) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to run it with, and the title says why
    it.skip(`${title}: prometheus and promtool are not installed (Debian package: prometheus)`, () => {});
    return;
  }
  describe(`${title}`, () => {
    define({ prometheus, promtool });
  });
}

// eslint-disable-next-line jest/no-export -- tests are its only users
export { describeWithPrometheus };
