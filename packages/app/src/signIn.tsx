import { SignInPage } from '@backstage/core-components';
import {
  createFrontendModule,
  githubAuthApiRef,
} from '@backstage/frontend-plugin-api';
import {
  SignInPageBlueprint,
  type SignInPageProps,
} from '@backstage/plugin-app-react';

const github = {
  id: 'github',
  title: 'GitHub',
  message: 'Sign in as one of the people of the organisation',
  apiRef: githubAuthApiRef,
};

function PortalSignInPage(props: SignInPageProps) {
  return (
    <SignInPage
      {...props}
      title="Sign in"
      align="center"
      providers={['guest', github]}
    />
  );
}

/** Guests may look; whoever wants to act signs in with GitHub. */
export const signIn = createFrontendModule({
  pluginId: 'app',
  extensions: [
    SignInPageBlueprint.make({
      params: { loader: async () => PortalSignInPage },
    }),
  ],
});
