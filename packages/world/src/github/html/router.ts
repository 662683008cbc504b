import {
  type NextFunction,
  type Request,
  type Response,
  Router,
  urlencoded,
} from 'express';
import { type Sessions } from '../oauth/sessions';
import { permits } from '../state/model';
import { type GitHubState } from '../state/state';
import { act, ACTIONS } from './actions';
import { Html, html } from './html';
import { issuePage, pullPage } from './issuePages';
import { page } from './layout';
import {
  commitPage,
  commitsPage,
  comparePage,
  contentPage,
  listPage,
  type PageCall,
  type PageResult,
  repositoryPage,
} from './repositoryPages';

const REPO = '/:owner/:repo';

/** The pages people see. What is not there is left to whoever comes after. */
export function pagesRouter(state: GitHubState, sessions: Sessions): Router {
  const router = Router();
  const show = (
    path: string,
    make: (call: PageCall) => Promise<PageResult>,
  ) => {
    router.get(path, (request, response, next) => {
      respond(state, sessions, request, response, next, make).catch(next);
    });
  };
  router.get('/avatars/:id.svg', (request, response) => {
    avatar(state, Number(request.params.id), response);
  });
  router.get('/:owner', (request, response, next) => {
    ownerPage(state, sessions, request, response, next);
  });
  show(REPO, repositoryPage);
  show(`${REPO}/pulls`, call => listPage(call, true));
  show(`${REPO}/issues`, call => listPage(call, false));
  show(`${REPO}/commits`, commitsPage);
  show(`${REPO}/commits/*`, commitsPage);
  show(`${REPO}/commit/:sha`, commitPage);
  show(`${REPO}/compare/*`, comparePage);
  show(`${REPO}/tree/*`, contentPage);
  show(`${REPO}/blob/*`, contentPage);
  show(`${REPO}/raw/*`, contentPage);
  show(`${REPO}/pull/:number`, call => pullPage(call));
  for (const tab of ['files', 'commits', 'checks', 'commits/*']) {
    show(`${REPO}/pull/:number/${tab}`, call => pullPage(call));
  }
  show(`${REPO}/issues/:number`, call => issuePage(call));
  router.post(
    `${REPO}/:kind(pull|issues)/:number/:action(${ACTIONS.join('|')})`,
    urlencoded({ extended: false, limit: '128kb' }),
    (request, response, next) => {
      state
        .settled()
        .then(() => callOf(state, sessions, request))
        .then(call => act(call, sessions, request, response, next))
        .catch(next);
    },
  );
  return router;
}

function callOf(
  state: GitHubState,
  sessions: Sessions,
  request: Request,
): PageCall | undefined {
  const repository = state.find(
    `${request.params.owner}/${request.params.repo}`,
  );
  const viewer = sessions.viewer(request);
  const visible =
    repository &&
    (!repository.private ||
      (viewer &&
        permits(
          state.accounts.permission(viewer.login, repository.owner),
          'pull',
        )));
  return repository && visible
    ? {
        state,
        repository,
        viewer,
        request,
        formToken: sessions.formToken(request),
      }
    : undefined;
}

async function respond(
  state: GitHubState,
  sessions: Sessions,
  request: Request,
  response: Response,
  next: NextFunction,
  make: (call: PageCall) => Promise<PageResult>,
): Promise<void> {
  await state.settled();
  const call = callOf(state, sessions, request);
  const result = call && (await make(call));
  response.set('x-content-type-options', 'nosniff');
  if (!result) {
    next();
  } else if (result instanceof Html) {
    response.type('html').send(result.text);
  } else {
    response.type('text').send(result.text);
  }
}

function ownerPage(
  state: GitHubState,
  sessions: Sessions,
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  const { owner } = request.params;
  const account = state.accounts.get(owner);
  const organization = state.accounts.findOrganization(owner);
  if (!account && !organization) {
    next();
    return;
  }
  const repositories = state
    .repositories()
    .filter(
      item => !item.private && item.owner.toLowerCase() === owner.toLowerCase(),
    );
  response.type('html').send(
    page(
      {
        title: owner,
        viewer: sessions.viewer(request),
        returnTo: request.originalUrl,
      },
      html`<h1>${account?.name ?? organization?.login}</h1>
        ${account && html`<p>${account.role}</p>`}
        ${organization &&
        html`<h2>Teams</h2>
          <ul>
            ${state.accounts
              .teams(owner)
              .map(
                team =>
                  html`<li>
                    <strong>${team.name}</strong>: ${team.members.join(', ')}
                  </li>`,
              )}
          </ul>`}
        <h2>Repositories</h2>
        <ul class="plain">
          ${repositories.map(
            item =>
              html`<li>
                <a href="/${item.fullName}">${item.name}</a>
                <span class="muted">${item.description}</span>
              </li>`,
          )}
        </ul>`,
    ).text,
  );
}

/** Initials on a colour of one's own. */
function avatar(state: GitHubState, id: number, response: Response): void {
  const account = state.accounts.byId(id);
  const initials = (account?.name ?? account?.login ?? '?')
    .split(/[\s-]+/)
    .map(word =>
      word
        .replace(/[^\p{L}\p{N}]/gu, '')
        .charAt(0)
        .toUpperCase(),
    )
    .join('')
    .slice(0, 2);
  response
    .type('image/svg+xml')
    .set('cache-control', 'public, max-age=3600')
    .send(
      html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
        <rect width="40" height="40" fill="hsl(${(id * 47) % 360} 45% 38%)" />
        <text
          x="20"
          y="26"
          font-family="system-ui, sans-serif"
          font-size="16"
          fill="#fff"
          text-anchor="middle"
        >
          ${initials}
        </text>
      </svg>`.text,
    );
}
