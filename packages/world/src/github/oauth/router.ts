import { randomBytes } from 'node:crypto';
import { json, type Request, type Response, Router, urlencoded } from 'express';
import { LruMap } from '../../git/lru';
import { html } from '../html/html';
import { page } from '../html/layout';
import { type GitHubState } from '../state/state';
import { choose } from './chooser';
import { Grants } from './grants';
import { scopesOf } from './scopes';
import { type Sessions } from './sessions';

const CODE_LIFETIME_MS = 10 * 60_000;
const MAX_CODES = 1000;
const DOCS =
  'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors';

interface Code {
  login: string;
  clientId: string;
  redirectUri: string;
  scopes: string[];
  expiresAt: number;
}

/** Sign-in: of people on the pages (`/login`), and through OAuth apps (`/login/oauth/*`). */
export function oauthRouter(state: GitHubState, sessions: Sessions): Router {
  const router = Router();
  const codes = new LruMap<string, Code>(MAX_CODES);
  const grants = new Grants();
  const form = urlencoded({ extended: false, limit: '64kb' });

  router.get('/login', (request, response) => {
    choose(state, response, {
      action: '/login',
      fields: { return_to: localPath(request.query.return_to) },
      first: sessions.viewer(request)?.login,
    });
  });
  router.post('/login', form, (request, response) => {
    const login = personOf(state, request.body.login);
    if (login === undefined) {
      refuse(response, 'There is no such person.');
      return;
    }
    sessions.start(response, login);
    response.redirect(303, localPath(request.body.return_to));
  });
  router.post('/logout', form, (request, response) => {
    sessions.end(request, response);
    response.redirect(303, localPath(request.body.return_to));
  });

  router.get('/login/oauth/authorize', (request, response) => {
    const asked = authorization(request.query);
    if (typeof asked === 'string') {
      refuse(response, asked);
      return;
    }
    const first =
      personOf(state, request.query.login) ?? sessions.viewer(request)?.login;
    choose(state, response, {
      action: '/login/oauth/authorize',
      fields: asked,
      first,
      app: {
        name: asked.client_id,
        scopes: scopesOf(asked.scope),
        granted: grants.of(asked.client_id, first),
        cancel: target(asked, {
          error: 'access_denied',
          error_description: 'The user has denied your application access.',
        }),
      },
    });
  });
  router.post('/login/oauth/authorize', form, (request, response) => {
    const asked = authorization(request.body);
    const login = personOf(state, request.body.login);
    if (typeof asked === 'string' || login === undefined) {
      refuse(
        response,
        typeof asked === 'string' ? asked : 'There is no such person.',
      );
      return;
    }
    const code = randomBytes(10).toString('hex');
    const scopes = scopesOf(asked.scope);
    codes.set(code, {
      login,
      clientId: asked.client_id,
      redirectUri: asked.redirect_uri,
      scopes,
      expiresAt: state.now() + CODE_LIFETIME_MS,
    });
    grants.add(asked.client_id, login, scopes);
    sessions.start(response, login);
    response.redirect(303, target(asked, { code }));
  });
  router.post(
    '/login/oauth/access_token',
    form,
    json({ limit: '64kb' }),
    (request, response) => exchange(state, codes, request, response),
  );
  return router;
}

/** What an app asks for, or why it cannot be answered. */
function authorization(input: Record<string, unknown>) {
  const field = (name: string) => {
    const value = input[name];
    return typeof value === 'string' ? value : '';
  };
  if (field('client_id') === '') {
    return 'The request has no client_id.';
  }
  const redirectUri = field('redirect_uri');
  if (!/^https?:\/\//.test(redirectUri) || !URL.canParse(redirectUri)) {
    return 'The redirect_uri is not an http or https address.';
  }
  return {
    client_id: field('client_id'),
    redirect_uri: redirectUri,
    scope: field('scope'),
    state: field('state'),
  };
}

function personOf(state: GitHubState, login: unknown): string | undefined {
  const account =
    typeof login === 'string' ? state.accounts.get(login) : undefined;
  return account?.type === 'User' ? account.login : undefined;
}

/** A path on this server; anything else becomes the root. */
function localPath(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/';
}

/** Where the app's user returns to, with the answer. */
function target(
  asked: { redirect_uri: string; state: string },
  answer: Record<string, string>,
): string {
  const url = new URL(asked.redirect_uri);
  for (const [name, value] of Object.entries(answer)) {
    url.searchParams.set(name, value);
  }
  if (asked.state !== '') {
    url.searchParams.set('state', asked.state);
  }
  return url.href;
}

function refuse(response: Response, reason: string): void {
  response
    .status(400)
    .type('html')
    .send(
      page(
        { title: 'Sign-in failed', narrow: true },
        html`<h1>Sign-in failed</h1>
          <p class="notice">${reason}</p>`,
      ).text,
    );
}

function exchange(
  state: GitHubState,
  codes: LruMap<string, Code>,
  request: Request,
  response: Response,
): void {
  const field = (name: string) => {
    const value = request.body?.[name] ?? request.query[name];
    return typeof value === 'string' ? value : undefined;
  };
  const value = field('code') ?? '';
  const code = codes.get(value);
  codes.delete(value);
  const redirectUri = field('redirect_uri');
  let answer: Record<string, string>;
  if (
    !field('client_secret') ||
    (code && field('client_id') !== code.clientId)
  ) {
    answer = problem(
      'incorrect_client_credentials',
      'The client_id and/or client_secret passed are incorrect.',
    );
  } else if (!code || code.expiresAt <= state.now()) {
    answer = problem(
      'bad_verification_code',
      'The code passed is incorrect or expired.',
    );
  } else if (redirectUri !== undefined && redirectUri !== code.redirectUri) {
    answer = problem(
      'redirect_uri_mismatch',
      'The redirect_uri MUST match the registered callback URL for this application.',
    );
  } else {
    const token = `gho_${randomBytes(27).toString('base64url')}`;
    state.tokens.add({ value: token, login: code.login, scopes: code.scopes });
    answer = {
      access_token: token,
      token_type: 'bearer',
      scope: code.scopes.join(','),
    };
  }
  response.set('cache-control', 'no-store');
  if (/json/.test(request.headers.accept ?? '')) {
    response.json(answer);
  } else {
    response
      .type('application/x-www-form-urlencoded')
      .send(new URLSearchParams(answer).toString());
  }
}

function problem(error: string, description: string) {
  return {
    error,
    error_description: description,
    error_uri: `${DOCS}#${error}`,
  };
}
