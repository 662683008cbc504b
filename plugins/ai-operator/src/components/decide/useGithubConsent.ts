import { githubAuthApiRef, useApiHolder } from '@backstage/core-plugin-api';

/** What a review in a person's own name needs. */
const REVIEW_SCOPES = ['repo'];

/**
 * Asks the person for their own GitHub token, now. The window of GitHub opens
 * at once: the app's usual sign-in prompt would lie behind the dialog that asks,
 * out of reach. The token is handed to the caller and kept nowhere here.
 * Rejects when consent is refused, the window is closed or blocked, or the
 * portal has no GitHub sign-in.
 */
export function useGithubConsent(): () => Promise<string> {
  const apis = useApiHolder();
  return async () => {
    const github = apis.get(githubAuthApiRef);
    if (!github) {
      throw new Error('This portal has no sign-in with GitHub.');
    }
    const token = await github.getAccessToken(REVIEW_SCOPES, {
      instantPopup: true,
    });
    if (!token) {
      throw new Error('GitHub gave no token.');
    }
    return token;
  };
}
