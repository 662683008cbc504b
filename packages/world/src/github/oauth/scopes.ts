/** What a wider scope includes, as GitHub documents it. */
const INCLUDES: Readonly<Record<string, readonly string[]>> = {
  repo: [
    'public_repo',
    'repo:status',
    'repo_deployment',
    'repo:invite',
    'security_events',
  ],
  user: ['read:user', 'user:email', 'user:follow'],
  'admin:org': ['write:org', 'read:org', 'manage_runners:org'],
  'write:org': ['read:org'],
};

const WORDS: Readonly<Record<string, string>> = {
  repo: 'Read and write repositories, review and merge pull requests',
  public_repo: 'The same, in public repositories only',
  'read:org': 'Read organisations and teams',
  'read:user': 'Read your profile',
  user: 'Read and write your profile',
  'user:email': 'Read your e-mail addresses',
};

/** The scopes of a request, without those that another one includes. */
export function scopesOf(text: string): string[] {
  const asked = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  return asked.filter(
    scope => !asked.some(other => INCLUDES[other]?.includes(scope)),
  );
}

/** What a scope allows, in words. */
export function scopeWords(scope: string): string {
  return WORDS[scope] ?? scope;
}
