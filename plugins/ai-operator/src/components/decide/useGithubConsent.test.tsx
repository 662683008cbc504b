import { ApiProvider } from '@backstage/core-app-api';
import { githubAuthApiRef } from '@backstage/core-plugin-api';
import { TestApiRegistry } from '@backstage/test-utils';
import { renderHook } from '@testing-library/react';
import type { PropsWithChildren } from 'react';
import { fakeGithub } from '../../__testUtils__/portal';
import { useGithubConsent } from './useGithubConsent';

function renderConsent(github?: ReturnType<typeof fakeGithub>) {
  const apis = github
    ? TestApiRegistry.from([githubAuthApiRef, github])
    : TestApiRegistry.from();
  const { result } = renderHook(() => useGithubConsent(), {
    wrapper: ({ children }: PropsWithChildren) => (
      <ApiProvider apis={apis}>{children}</ApiProvider>
    ),
  });
  return result.current;
}

describe('useGithubConsent', () => {
  it('asks for no more than a review needs, in a window of its own', async () => {
    const github = fakeGithub('token');
    const ask = renderConsent(github);
    expect(github.getAccessToken).not.toHaveBeenCalled();
    await expect(ask()).resolves.toBe('token');
    expect(github.getAccessToken).toHaveBeenCalledWith(['repo'], {
      instantPopup: true,
    });
  });

  it('rejects when consent is refused or comes to nothing', async () => {
    await expect(
      renderConsent(fakeGithub(new Error('window closed')))(),
    ).rejects.toThrow('window closed');
    await expect(renderConsent(fakeGithub(''))()).rejects.toThrow(
      'GitHub gave no token.',
    );
  });

  it('rejects when the portal has no sign-in with GitHub', async () => {
    await expect(renderConsent()()).rejects.toThrow(
      'This portal has no sign-in with GitHub.',
    );
  });
});
