import { Secret } from './secret';
import { Section } from './section';

/** Basic authentication of a system, from `username` and `password` of its section; one alone is reported. */
export function readBasicAuth(
  section: Section,
): { kind: 'basic'; username: string; password: Secret } | { kind: 'none' } {
  const username = section.string('username');
  const password = section.string('password');
  if (username && password) {
    return { kind: 'basic', username, password: new Secret(password) };
  }
  if (username || password) {
    section.report(
      username ? 'password' : 'username',
      `'${section.path}' has a ${username ? 'username' : 'password'} alone`,
      'Set both username and password',
    );
  }
  return { kind: 'none' };
}
