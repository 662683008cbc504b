import {
  createPaymentService,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';
import { type CreatedRepository } from './types';

const FULL_NAME = 'my-org/payment-service';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('sign-in and pages', () => {
  let world: TestGitHub;
  let created: CreatedRepository;

  beforeAll(async () => {
    world = await startGitHub();
    created = await createPaymentService(world.github);
    const { git } = world.github.repository(FULL_NAME);
    await git.commitFiles({
      branch: 'change',
      files: { 'src/version.txt': '<b>4</b>\n' },
      message: 'Change <version>',
      author: { name: 'D', email: 'd@example.com', date: world.clock.now() },
      parent: await git.resolve('staging'),
    });
    await world.octokit('dave-token').pulls.create({
      owner: 'my-org',
      repo: 'payment-service',
      title: 'Change <script>alert(1)</script>',
      head: 'change',
      base: 'staging',
      body: '<!-- a mark\nfor programs -->\n## Why\n\n- [x] **done** `<code>`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```diff\n-old\n+new\n```\n[evil](javascript:alert(1)) <img src=x onerror=alert(1)>',
    });
  });
  afterAll(async () => {
    await world.stop();
  });

  async function page(path: string, cookie = '') {
    const response = await fetch(`${world.url}${path}`, {
      headers: { cookie },
      redirect: 'manual',
    });
    return { status: response.status, text: await response.text() };
  }

  async function send(
    path: string,
    fields: Record<string, string>,
    cookie = '',
  ) {
    const response = await fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: {
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      cookie: (response.headers.get('set-cookie') ?? '').split(';')[0],
      text: await response.text(),
    };
  }

  const AUTHORIZE = {
    client_id: 'backstage',
    redirect_uri: 'http://localhost:7007/api/auth/github/handler/frame?x=1',
    scope: 'read:user repo',
    state: 'opaque&state',
  };

  it('offers people, and trades a choice for a token', async () => {
    const choice = await page(
      `/login/oauth/authorize?${new URLSearchParams(AUTHORIZE)}`,
    );
    expect(choice.status).toBe(200);
    expect(choice.text).toContain('Sign in to the simulated GitHub');
    for (const words of [
      'Alice Ahmed',
      'Approver',
      '@dave',
      'Mallory &lt;script&gt;',
    ]) {
      expect(choice.text).toContain(words);
    }
    expect(choice.text).not.toContain('ai-operator[bot]');
    expect(choice.text.match(/<button/g)).toHaveLength(5);

    const chosen = await send('/login/oauth/authorize', {
      ...AUTHORIZE,
      login: 'erin',
    });
    expect(chosen.status).toBe(303);
    const target = new URL(chosen.location);
    expect(target.searchParams.get('state')).toBe('opaque&state');
    expect(target.searchParams.get('x')).toBe('1');
    const code = target.searchParams.get('code') ?? '';

    const trade = async (fields: Record<string, string>, accept: string) => {
      const response = await fetch(`${world.url}/login/oauth/access_token`, {
        method: 'POST',
        headers: { accept },
        body: new URLSearchParams(fields),
      });
      return await response.text();
    };
    const app = { client_id: 'backstage', client_secret: 'secret' };
    const token = JSON.parse(await trade({ ...app, code }, 'application/json'));
    expect(token).toEqual({
      access_token: expect.stringMatching(/^gho_/),
      token_type: 'bearer',
      scope: 'read:user,repo',
    });
    const user = await world
      .octokit(token.access_token)
      .users.getAuthenticated();
    expect(user.data).toMatchObject({ login: 'erin', name: 'Erin Eriksen' });
    expect(user.headers['x-oauth-scopes']).toBe('read:user, repo');

    // A code works once; answers are a form unless JSON is asked for.
    expect(
      new URLSearchParams(await trade({ ...app, code }, '*/*')).get('error'),
    ).toBe('bad_verification_code');
  });

  it('shows what an app asks for, and what it was granted before', async () => {
    const erin = (await send('/login', { login: 'erin', return_to: '/' }))
      .cookie;
    const app = { ...AUTHORIZE, client_id: 'portal' };
    const ask = async (scope: string, cookie: string, more = {}) =>
      (
        await page(
          `/login/oauth/authorize?${new URLSearchParams({
            ...app,
            scope,
            ...more,
          })}`,
          cookie,
        )
      ).text.replace(/\s+/g, ' ');
    await send('/login/oauth/authorize', {
      ...app,
      scope: 'read:user',
      login: 'erin',
    });
    const more = await ask('read:user repo public_repo', erin);
    expect(more).toMatch(/<code>read:user<\/code> <span[^>]*>\(granted before/);
    expect(more).toMatch(/<code>repo<\/code> <\/li>/);
    // What a wider scope includes is not asked for besides.
    expect(more).not.toContain('<code>public_repo');
    const names = [...more.matchAll(/@(\w+)(?: · signed in)?</g)].map(
      match => match[1],
    );
    expect(names[0]).toBe('erin');
    expect(names).toHaveLength(5);
    expect(await ask('', '')).toContain('Know who you are');
    expect(
      (await ask('repo', '', { login: 'bob' })).indexOf('@bob'),
    ).toBeLessThan((await ask('repo', '', { login: 'bob' })).indexOf('@alice'));
  });

  it('lets people say no', async () => {
    const { text } = await page(
      `/login/oauth/authorize?${new URLSearchParams(AUTHORIZE)}`,
    );
    const cancel = new URL(
      (/<a href="([^"]+)">Cancel/.exec(text)?.[1] ?? '').replace(/&amp;/g, '&'),
    );
    expect(cancel.origin).toBe('http://localhost:7007');
    expect(cancel.searchParams.get('error')).toBe('access_denied');
    expect(cancel.searchParams.get('state')).toBe('opaque&state');
  });

  it('refuses stolen, late and malformed requests', async () => {
    const codeFor = async () => {
      const { location } = await send('/login/oauth/authorize', {
        ...AUTHORIZE,
        login: 'bob',
      });
      return new URL(location).searchParams.get('code') ?? '';
    };
    const trade = async (fields: Record<string, string>) => {
      const response = await fetch(`${world.url}/login/oauth/access_token`, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
        },
        body: JSON.stringify(fields),
      });
      const answer: { error?: string } = JSON.parse(await response.text());
      return answer.error;
    };
    expect(
      await trade({
        client_id: 'other',
        client_secret: 's',
        code: await codeFor(),
      }),
    ).toBe('incorrect_client_credentials');
    expect(await trade({ client_id: 'backstage', code: await codeFor() })).toBe(
      'incorrect_client_credentials',
    );
    expect(
      await trade({
        client_id: 'backstage',
        client_secret: 's',
        code: await codeFor(),
        redirect_uri: 'http://elsewhere.example',
      }),
    ).toBe('redirect_uri_mismatch');
    const late = await codeFor();
    await world.clock.advance(600_000);
    expect(
      await trade({ client_id: 'backstage', client_secret: 's', code: late }),
    ).toBe('bad_verification_code');
    const script = new URLSearchParams({
      ...AUTHORIZE,
      redirect_uri: 'data:text/html,alert(1)',
    });
    expect((await page(`/login/oauth/authorize?${script}`)).status).toBe(400);
    expect(
      (
        await send('/login/oauth/authorize', {
          ...AUTHORIZE,
          login: 'ai-operator[bot]',
        })
      ).status,
    ).toBe(400);
    expect(
      (await send('/login', { login: 'bob', return_to: '//evil.example' }))
        .location,
    ).toBe('/');
  });

  it('shows everything the API links to', async () => {
    const octokit = world.octokit('dave-token');
    const repo = { owner: 'my-org', repo: 'payment-service' };
    const { data: issue } = await octokit.issues.create({
      ...repo,
      title: 'Help',
      body: 'now',
    });
    await world.github.commentAs('bob', FULL_NAME, issue.number, 'On it');
    const { data: pull } = await octokit.pulls.get({
      ...repo,
      pull_number: 42,
    });
    const { data: commit } = await octokit.repos.getCommit({
      ...repo,
      ref: 'change',
    });
    const { data: comparison } = await octokit.repos.compareCommitsWithBasehead(
      {
        ...repo,
        basehead: 'staging...change',
      },
    );
    const { data: file } = await octokit.repos.getContent({
      ...repo,
      path: 'src/version.txt',
      ref: 'change',
    });
    const { data: checks } = await octokit.checks.listForRef({
      ...repo,
      ref: 'change',
    });
    const addresses = [
      pull.html_url,
      pull.diff_url,
      `${pull.html_url}/files`,
      pull.user?.html_url,
      pull.user?.avatar_url,
      pull.base.repo.html_url,
      pull.base.repo.owner.html_url,
      issue.html_url,
      commit.html_url,
      commit.files?.[0]?.blob_url,
      commit.files?.[0]?.raw_url,
      comparison.html_url,
      'html_url' in file ? file.html_url : undefined,
      'download_url' in file ? file.download_url : undefined,
      checks.check_runs[0].html_url,
      `${world.url}/${FULL_NAME}/pulls`,
      `${world.url}/${FULL_NAME}/issues`,
      `${world.url}/${FULL_NAME}/commits/staging`,
      `${world.url}/${FULL_NAME}/tree/staging`,
      `${world.url}/${FULL_NAME}/tree/change/src`,
    ];
    for (const address of addresses) {
      const response = await fetch(String(address));
      expect([address, response.status]).toEqual([address, 200]);
      await response.arrayBuffer();
    }
    expect((await page(new URL(issue.html_url).pathname)).text).toContain(
      'On it',
    );
    for (const path of [
      `/${FULL_NAME}/pull/999`,
      `/${FULL_NAME}/issues/42`,
      `/${FULL_NAME}/commit/nothing`,
      '/my-org/nothing',
      '/nobody',
    ]) {
      expect([path, (await page(path)).status]).toEqual([path, 404]);
    }
  });

  it('escapes what people wrote', async () => {
    const { text } = await page(`/${FULL_NAME}/pull/42`);
    expect(text).toContain('Change &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('<h3>Why</h3>');
    expect(text).toContain('☑ <strong>done</strong> <code>&lt;code&gt;</code>');
    expect(text).toContain('<ins>+new\n</ins>');
    expect(text).toContain('+&lt;b&gt;4&lt;/b&gt;');
    expect(text).not.toMatch(/<script|<img src=x|href="javascript/);
    expect(text).not.toContain('for programs');
  });

  it('lets signed-in people review, comment, merge and close', async () => {
    const signIn = async (login: string) =>
      (await send('/login', { login, return_to: `/${FULL_NAME}/pull/42` }))
        .cookie;
    const path = `/${FULL_NAME}/pull/42`;
    expect((await page(path)).text).not.toContain('<textarea');
    expect((await send(`${path}/approve`, {})).location).toMatch(/^\/login\?/);

    const tokenOf = async (cookie: string) =>
      /name="form_token"\s+value="([^"]+)"/.exec(
        (await page(path, cookie)).text,
      )?.[1] ?? '';
    const dave = await signIn('dave');
    const own = await page(path, dave);
    expect(own.text).toContain('Signed in as <strong>Dave Dean</strong>');
    expect(own.text).not.toContain('>Approve<');
    const self = await send(
      `${path}/approve`,
      { form_token: await tokenOf(dave) },
      dave,
    );
    expect(self.status).toBe(422);
    expect(self.text).toContain('Can not approve your own pull request');

    const bob = await signIn('bob');
    const word = {
      form_token: await tokenOf(bob),
      body: 'Not <b>like</b> this',
    };
    expect((await page(path, dave)).text).not.toContain('Request changes');
    await send(`${path}/request-changes`, word, bob);
    expect((await page(path, bob)).text).toMatch(
      /Bob Baker<\/a\s*>\s+requested changes[\s\S]+Not &lt;b&gt;like&lt;\/b&gt; this/,
    );

    const alice = await signIn('alice');
    expect(
      (await send(`${path}/approve`, { form_token: 'forged' }, alice)).status,
    ).toBe(403);
    const form = { form_token: await tokenOf(alice) };
    expect(
      (await send(`${path}/comment`, { ...form, body: 'Looks good' }, alice))
        .status,
    ).toBe(303);
    expect((await send(`${path}/approve`, form, alice)).location).toBe(path);
    const reviewed = await page(path, alice);
    expect(reviewed.text).toContain('Looks good');
    expect(reviewed.text).toMatch(/Alice Ahmed<\/a\s*>\s+approved/);

    const mallory = await signIn('mallory');
    const visitor = await tokenOf(mallory);
    expect(
      (await send(`${path}/close`, { form_token: visitor }, mallory)).status,
    ).toBe(403);
    await world.clock.advance(300_000);
    expect((await page(path, alice)).text).toContain('Squash and merge');
    expect((await send(`${path}/merge`, form, alice)).status).toBe(303);
    expect((await page(path)).text).toContain('Merged by');
    expect(world.github.pulls(FULL_NAME)[0].merged).toBe(true);
    expect((await send('/logout', { return_to: path }, alice)).location).toBe(
      path,
    );
    expect((await page(path, alice)).text).not.toContain('Signed in as');
    expect(created.fullName).toBe(FULL_NAME);
  });

  it('lets people talk on issues, change their words, and close them', async () => {
    const { data } = await world.octokit('bot-token').issues.create({
      owner: 'my-org',
      repo: 'payment-service',
      title: 'On fire',
    });
    const path = `/${FULL_NAME}/issues/${data.number}`;
    const signIn = async (login: string) => {
      const { cookie } = await send('/login', { login, return_to: path });
      const token = /name="form_token"\s+value="([^"]+)"/.exec(
        (await page(path, cookie)).text,
      )?.[1];
      return { cookie, form: { form_token: token ?? '' } };
    };
    const bob = await signIn('bob');
    const mallory = await signIn('mallory');
    await send(
      `${path}/comment`,
      { ...mallory.form, body: 'APROVE' },
      mallory.cookie,
    );
    const [comment] = world.github.issues(FULL_NAME)[0].comments;
    const itsAddress = { comment: String(comment.id) };
    expect((await page(path, mallory.cookie)).text).toContain('Save comment');
    expect((await page(path, bob.cookie)).text).not.toContain('Save comment');
    await world.clock.advance(1_000);
    await send(
      `${path}/edit-comment`,
      { ...mallory.form, ...itsAddress, body: 'APPROVE' },
      mallory.cookie,
    );
    await world.octokit('bot-token').reactions.createForIssueComment({
      owner: 'my-org',
      repo: 'payment-service',
      comment_id: comment.id,
      content: 'confused',
    });
    const shown = (await page(path)).text;
    expect(shown).toContain('(edited)');
    expect(shown).toContain('APPROVE');
    expect(shown).toMatch(/aria-label="confused"/);

    const refused = await send(`${path}/close`, mallory.form, mallory.cookie);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('You need write access for this.');
    await send(`${path}/close`, bob.form, bob.cookie);
    expect((await page(path, bob.cookie)).text).toMatch(
      /Closed by[\s\S]+Reopen issue/,
    );
    await send(`${path}/reopen`, bob.form, bob.cookie);
    expect((await page(path)).text).toContain('>Open<');

    const bobs = { ...bob.form, comment: '1' };
    expect(
      (await send(`${path}/delete-comment`, bobs, bob.cookie)).status,
    ).toBe(404);
    await send(
      `${path}/delete-comment`,
      { ...mallory.form, ...itsAddress },
      mallory.cookie,
    );
    expect((await page(path)).text).not.toContain('APPROVE');
  });
});
