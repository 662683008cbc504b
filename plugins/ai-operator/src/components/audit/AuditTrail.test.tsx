import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  AuditEntry,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  abortedStory,
  addedUp,
  auditPage,
  auditStory,
  complete,
  CORRELATION_ID,
  longStory,
  tamperedWith,
  trailBroken,
  trailUnknown,
  trailWell,
  verifiedBroken,
  verifiedIntact,
  waitingForCi,
} from '../../../dev/fixtures';
import type { AuditQuery } from '../../api';
import { fakeApi, renderPortal } from '../../__testUtils__/portal';
import { AuditTrail } from './AuditTrail';
import { saveFile } from './saveFile';
import { TrailStatusProvider } from './trailStatus';

jest.mock('./saveFile', () => ({ saveFile: jest.fn() }));

const NOW = Date.now();

function storyApi(
  story: AuditEntry[],
  parts: Parameters<typeof fakeApi>[0] = {},
) {
  return fakeApi({
    listAudit: async (query: AuditQuery) => auditPage(NOW, story, query),
    ...parts,
  });
}

function renderTrail(
  api: ReturnType<typeof fakeApi>,
  rollback: RollbackDetail = complete(NOW),
) {
  return renderPortal(
    <TrailStatusProvider>
      <AuditTrail rollback={rollback} />
    </TrailStatusProvider>,
    api,
  );
}

const chapter = (name: RegExp) => screen.findByRole('button', { name });
const chain = () =>
  screen.getByRole('status', { name: 'Whether the records are untouched' });

describe('AuditTrail', () => {
  it('tells each move with why it was made, in order', async () => {
    const api = storyApi(auditStory(NOW));
    await renderTrail(api);
    await screen.findByRole('list', { name: 'Audit trail' });
    const headings = screen.getAllByRole('heading', { level: 4 });
    expect(headings.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('Before it began'),
      expect.stringContaining('Degradation detected'),
      expect.stringContaining('Candidate resolved'),
      expect.stringContaining('Pull request open'),
      expect.stringContaining('Merge approval'),
      expect.stringContaining('Rollback merged'),
      expect.stringContaining('Rollback complete'),
    ]);
    expect(
      screen.getByText(
        'abc1234 has CI success and was up 99.80 % of 24 hours.',
      ),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/^\d+ records, in order, times in UTC$/),
    ).toBeInTheDocument();
    expect(api.listAudit.mock.calls[0][0]).toEqual({
      correlationId: CORRELATION_ID,
      order: 'newest',
      limit: 200,
    });
  });

  it('opens the last chapter, and others on demand', async () => {
    await renderTrail(storyApi(abortedStory(NOW)));
    expect(await chapter(/Aborted/)).toHaveAttribute('aria-expanded', 'true');
    expect(
      within(screen.getByRole('list', { name: 'Aborted' })).getByText(
        /Slack answered HTTP 503/,
      ),
    ).toBeInTheDocument();
    const earlier = await chapter(/Pull request open/);
    expect(earlier).toHaveAttribute('aria-expanded', 'false');
    expect(screen.queryByText(/APPROVE by bob/)).not.toBeInTheDocument();
    earlier.focus();
    await userEvent.keyboard('{Enter}');
    const list = screen.getByRole('list', { name: 'Pull request open' });
    expect(within(list).getByText(/APPROVE by bob/)).toBeInTheDocument();
    expect(within(list).getByRole('link', { name: 'bob' })).toHaveAttribute(
      'href',
      '/catalog/default/user/bob',
    );
  });

  it('tells answered calls in a row in one line, each of them on demand', async () => {
    await renderTrail(storyApi(auditStory(NOW)));
    await userEvent.click(await chapter(/Degradation detected/));
    const list = screen.getByRole('list', { name: 'Degradation detected' });
    expect(list).toHaveTextContent(
      /4 calls answered prometheus.query, github.listCommits, github.getCommitStatus \(2\)/,
    );
    expect(list).toHaveTextContent(/prometheus.query failed with TIMEOUT/);
    expect(list).not.toHaveTextContent(/answered in 412 ms/);
    await userEvent.click(
      within(list).getByRole('button', { name: '4 calls answered' }),
    );
    expect(list).toHaveTextContent(/github.listCommits answered in 412 ms/);
  });

  it('narrows to one kind and widens again', async () => {
    await renderTrail(storyApi(auditStory(NOW)));
    const people = await screen.findByRole('button', { name: 'People 1' });
    await userEvent.click(people);
    expect(people).toHaveAttribute('aria-pressed', 'true');
    const headings = screen.getAllByRole('heading', { level: 4 });
    expect(headings).toHaveLength(1);
    expect(headings[0]).toHaveTextContent('Pull request open');
    expect(screen.getByText(/APPROVE by bob/)).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /Escalations/ }),
    ).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Everything/ }));
    expect(screen.getAllByRole('heading', { level: 4 })).toHaveLength(7);
  });

  it('shows the record as it was written, with number and hash, and copies it', async () => {
    const user = userEvent.setup();
    const copy = jest.spyOn(navigator.clipboard, 'writeText');
    const story = auditStory(NOW);
    await renderTrail(storyApi(story));
    await user.click(await chapter(/Candidate resolved/));
    const entry = story.find(e => e.title === 'github.createPullRequest')!;
    const toggle = screen.getByRole('button', {
      name: `Record ${entry.seq} as it was written`,
    });
    expect(toggle).toHaveAttribute('aria-expanded', 'false');
    await user.click(toggle);
    const json = screen.getByRole('group', {
      name: `Record ${entry.seq} as JSON, formatted`,
    });
    expect(JSON.parse(json.textContent ?? '')).toEqual(JSON.parse(entry.text));
    expect(json).toHaveTextContent('"name": "github.createPullRequest"');
    expect(screen.getByText(entry.hash)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Exact text' }));
    expect(
      screen.getByRole('group', { name: `Record ${entry.seq}, exact text` })
        .textContent,
    ).toBe(entry.text);
    await user.click(screen.getByRole('button', { name: 'Copy exact text' }));
    expect(await screen.findByText('Copied.')).toBeInTheDocument();
    expect(copy).toHaveBeenCalledWith(entry.text);
    await user.click(toggle);
    expect(json).not.toBeInTheDocument();
  });

  it('shows what cannot be read as tampered with, as it is stored', async () => {
    const story = auditStory(NOW);
    const at = story.findIndex(e => e.title === 'github.createPullRequest');
    const bad = tamperedWith(story[at], '\u0000{"version": ');
    story[at] = bad;
    await renderTrail(storyApi(story));
    const head = await chapter(/Candidate resolved/);
    expect(head.closest('li')).toHaveTextContent('Broken');
    await userEvent.click(head);
    const list = screen.getByRole('list', { name: 'Candidate resolved' });
    expect(list).toHaveTextContent(
      `record ${bad.seq} was tampered with: it cannot be read`,
    );
    expect(list).toHaveTextContent(/it ends in the middle/);
    await userEvent.click(
      screen.getByRole('button', {
        name: `Record ${bad.seq} as it was written`,
      }),
    );
    expect(
      screen.getByRole('group', { name: `Record ${bad.seq}, exact text` })
        .textContent,
    ).toBe(bad.text);
  });

  it('adds up the calls that records stand for', async () => {
    const story = auditStory(NOW);
    const at = story.findIndex(e => e.title === 'github.listCommits');
    story[at] = addedUp(story[at], 40);
    await renderTrail(storyApi(story));
    await userEvent.click(await chapter(/Degradation detected/));
    expect(
      screen.getByRole('list', { name: 'Degradation detected' }),
    ).toHaveTextContent(
      /43 calls answered prometheus.query, github.listCommits \(40\), github.getCommitStatus \(2\)/,
    );
  });

  it('counts only what is loaded, says so, and offers trouble all the same', async () => {
    const story = longStory(NOW, 450).map(
      entry =>
        entry.record && {
          ...entry,
          record: { ...entry.record, level: 'INFO' as const },
        },
    ) as AuditEntry[];
    await renderTrail(storyApi(story));
    const filters = await screen.findByRole('list', {
      name: 'Filter the audit trail',
    });
    expect(filters).toHaveTextContent(/of the latest 200 records$/);
    await userEvent.click(
      within(filters).getByRole('button', { name: 'Warnings and errors 0' }),
    );
    expect(
      screen.getByText('No such record among the latest 200 records'),
    ).toBeInTheDocument();
  });

  it('loads earlier records on demand', async () => {
    const api = storyApi(longStory(NOW, 450));
    await renderTrail(api);
    const more = await screen.findByRole('button', {
      name: 'Show earlier records',
    });
    expect(
      screen.getByText('the latest 200 records, in order, times in UTC'),
    ).toBeInTheDocument();
    await userEvent.click(more);
    expect(
      await screen.findByText('the latest 400 records, in order, times in UTC'),
    ).toBeInTheDocument();
    await userEvent.click(more);
    expect(
      await screen.findByText('450 records, in order, times in UTC'),
    ).toBeInTheDocument();
    expect(more).not.toBeInTheDocument();
    expect(screen.getByRole('list', { name: 'Audit trail' })).toHaveFocus();
    expect(
      screen.getByRole('list', { name: 'Filter the audit trail' }),
    ).not.toHaveTextContent(/latest/);
    expect(await chapter(/Degradation detected/)).toHaveAttribute(
      'aria-expanded',
      'false',
    );
  });

  it('says why earlier records could not be loaded, and tries again', async () => {
    const story = longStory(NOW, 250);
    let fails = true;
    const api = storyApi(story, {
      listAudit: async query => {
        if (query.cursor && fails) throw new Error('the database is slow');
        return auditPage(NOW, story, query);
      },
    });
    await renderTrail(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Show earlier records' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not load earlier records.*the database is slow/,
    );
    fails = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByText('250 records, in order, times in UTC'),
    ).toBeInTheDocument();
  });

  it('says so when nothing has been recorded', async () => {
    await renderTrail(storyApi([]));
    expect(
      await screen.findByText('Nothing has been recorded yet'),
    ).toBeInTheDocument();
  });

  it('says why it cannot be shown, and tries again', async () => {
    let fails = true;
    const api = storyApi([], {
      listAudit: async query => {
        if (fails) throw new Error('the database does not answer');
        return auditPage(NOW, auditStory(NOW), query);
      },
    });
    await renderTrail(api);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not load the audit trail.*the database does not answer/,
    );
    fails = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('heading', { name: /Rollback complete/ }),
    ).toBeInTheDocument();
  });

  describe('while the rollback is open', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('adds what happens without folding away what is being read', async () => {
      const story = auditStory(NOW);
      const first = story.findIndex(({ title }) => title.includes('→ PRC')) + 2;
      let told = story.slice(0, first);
      const api = storyApi([], {
        listAudit: async query => auditPage(NOW, told, query),
      });
      await renderTrail(api, waitingForCi(NOW));
      await screen.findByText(`${first} records, in order, times in UTC`);
      told = story;
      await act(() => jest.advanceTimersByTimeAsync(5_000));
      expect(
        screen.getByText(`${story.length} records, in order, times in UTC`),
      ).toBeInTheDocument();
      expect(await chapter(/Pull request open/)).toHaveAttribute(
        'aria-expanded',
        'true',
      );
      expect(await chapter(/Rollback merged/)).toHaveAttribute(
        'aria-expanded',
        'true',
      );
      expect(api.listAudit.mock.calls[1][0].limit).toBe(50);
    });

    it('goes back to what is known when much has happened', async () => {
      const story = longStory(NOW, 600);
      let told = story.slice(0, 40);
      const api = storyApi([], {
        listAudit: async query => auditPage(NOW, told, query),
      });
      await renderTrail(api, waitingForCi(NOW));
      await screen.findByText('40 records, in order, times in UTC');
      told = story;
      await act(() => jest.advanceTimersByTimeAsync(5_000));
      expect(
        screen.getByText('600 records, in order, times in UTC'),
      ).toBeInTheDocument();
      expect(api.listAudit).toHaveBeenCalledTimes(5);
    });

    it('marks what is known of the whole trail as stale when a later look failed', async () => {
      let fails = false;
      await renderTrail(
        storyApi(auditStory(NOW), {
          async getAuditStatus() {
            if (fails) throw new Error('no connection');
            return trailWell(NOW);
          },
        }),
        waitingForCi(NOW),
      );
      await screen.findByText(/the whole trail was recomputed/);
      fails = true;
      await act(() => jest.advanceTimersByTimeAsync(30_000));
      expect(chain()).toHaveTextContent(
        /as of \d\d:\d\d:\d\d UTC; the latest look failed$/,
      );
    });
  });

  describe('whether the records are untouched', () => {
    it("tells the operator's own look first", async () => {
      await renderTrail(storyApi(auditStory(NOW)));
      await waitFor(() =>
        expect(chain()).toHaveTextContent(
          /^Whole trailUntouchedthe whole trail was recomputed, 12 min ago$/,
        ),
      );
    });

    it('tells that nobody has looked yet', async () => {
      await renderTrail(
        storyApi(auditStory(NOW), {
          getAuditStatus: async () => trailUnknown(NOW),
        }),
      );
      await waitFor(() => expect(chain()).toHaveTextContent('Not checked yet'));
    });

    it('recomputes the records of this rollback, part by part', async () => {
      const verifyAudit = jest
        .fn()
        .mockResolvedValueOnce({ ...verifiedIntact(NOW, 30), nextFrom: 31 })
        .mockResolvedValueOnce(verifiedIntact(NOW, 12));
      await renderTrail(storyApi(auditStory(NOW), { verifyAudit }));
      await userEvent.click(
        await screen.findByRole('button', { name: 'Check now' }),
      );
      await waitFor(() =>
        expect(chain()).toHaveTextContent(
          /This rollbackAs writtenEach of these 42 records is as it was written. Only the check of the whole trail can tell/,
        ),
      );
      expect(chain()).toHaveTextContent(/^Whole trailUntouched/);
      expect(verifyAudit.mock.calls.map(([query]) => query)).toEqual([
        { correlationId: CORRELATION_ID, from: undefined },
        { correlationId: CORRELATION_ID, from: 31 },
      ]);
    });

    it('says which record was changed, and marks it in the story', async () => {
      const story = auditStory(NOW);
      const { seq } = story.find(e => e.title === 'github.createPullRequest')!;
      await renderTrail(
        storyApi(story, { verifyAudit: async () => verifiedBroken(NOW, seq) }),
      );
      await userEvent.click(await chapter(/Candidate resolved/));
      await userEvent.click(screen.getByRole('button', { name: 'Check now' }));
      await waitFor(() =>
        expect(chain()).toHaveTextContent(
          `This rollbackBrokenrecord ${seq} was changed`,
        ),
      );
      expect(
        screen.getByRole('list', { name: 'What is wrong with the trail' }),
      ).toHaveTextContent(/gives another hash/);
      expect(
        screen.getByRole('list', { name: 'Candidate resolved' }),
      ).toHaveTextContent(`record ${seq} was changed`);
    });

    it("tells what the operator's own look found broken", async () => {
      await renderTrail(
        storyApi(auditStory(NOW), {
          getAuditStatus: async () => trailBroken(NOW),
        }),
      );
      await waitFor(() =>
        expect(chain()).toHaveTextContent(
          /^Whole trailBrokenrecord 17 was changed, 3 min ago$/,
        ),
      );
    });

    it('does not hide a broken trail behind a check of a part of it', async () => {
      await renderTrail(
        storyApi(auditStory(NOW), {
          getAuditStatus: async () => trailBroken(NOW),
          verifyAudit: async () => verifiedBroken(NOW, 3),
        }),
      );
      await userEvent.click(
        await screen.findByRole('button', { name: 'Check now' }),
      );
      await waitFor(() =>
        expect(chain()).toHaveTextContent(
          /^Whole trailBrokenrecord 17 was changed, 3 min agoThis rollbackBrokenrecord 3 was changed/,
        ),
      );
      const problems = screen.getByRole('list', {
        name: 'What is wrong with the trail',
      });
      expect(within(problems).getAllByRole('listitem')).toHaveLength(2);
    });

    it('shows nothing green for a part while the whole is broken', async () => {
      await renderTrail(
        storyApi(auditStory(NOW), {
          getAuditStatus: async () => trailBroken(NOW),
          verifyAudit: async () => verifiedIntact(NOW, 42),
        }),
      );
      await userEvent.click(
        await screen.findByRole('button', { name: 'Check now' }),
      );
      await waitFor(() =>
        expect(chain()).toHaveTextContent(/^Whole trailBroken.*As written/),
      );
      expect(chain()).not.toHaveTextContent('Untouched');
      const looks = chain().querySelectorAll('[class*="status"]');
      expect(looks).toHaveLength(2);
      expect([...looks].map(({ className }) => className)).not.toContainEqual(
        expect.stringContaining('positive'),
      );
      expect(
        screen.getByRole('list', { name: 'What is wrong with the trail' }),
      ).toHaveTextContent(/number 17 gives another hash/);
    });

    it('is being asked for until it is known', async () => {
      await renderTrail(
        storyApi(auditStory(NOW), {
          getAuditStatus: () => new Promise(() => undefined),
        }),
      );
      expect(
        await screen.findByText('asking what was found'),
      ).toBeInTheDocument();
      expect(chain()).not.toHaveTextContent('Not checked yet');
    });

    it('says why it could not be recomputed', async () => {
      await renderTrail(
        storyApi(auditStory(NOW), {
          verifyAudit: async () => {
            throw new Error('two others are recomputing it');
          },
        }),
      );
      await userEvent.click(
        await screen.findByRole('button', { name: 'Check now' }),
      );
      expect(await screen.findByRole('alert')).toHaveTextContent(
        /could not be recomputed.*two others are recomputing it/,
      );
    });
  });

  it('leads to where the records are shipped to, when there is such a place', async () => {
    const story = auditStory(NOW);
    const url = 'https://kibana.example/app/discover';
    await renderTrail(
      storyApi(story, {
        listAudit: async query => ({
          ...auditPage(NOW, story, query),
          elsewhere: { label: 'Kibana', url },
        }),
        getAuditStatus: async () => trailWell(NOW),
      }),
    );
    expect(
      await screen.findByRole('link', { name: /Open in Kibana/ }),
    ).toHaveAttribute('href', url);
  });

  it('exports the records as a file named after application and rollback', async () => {
    const content = new Blob(['{}\n']);
    const api = storyApi(auditStory(NOW), { exportAudit: async () => content });
    await renderTrail(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Export (JSON Lines)' }),
    );
    await waitFor(() =>
      expect(saveFile).toHaveBeenCalledWith(
        `ai-operator-audit-payment-service-${CORRELATION_ID}.jsonl`,
        content,
      ),
    );
    expect(api.exportAudit.mock.calls[0][0]).toBe(CORRELATION_ID);
  });

  it('says why the export failed', async () => {
    await renderTrail(
      storyApi(auditStory(NOW), {
        exportAudit: async () => {
          throw new Error('the connection was lost after 3 of 9 MB');
        },
      }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Export (JSON Lines)' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /was not exported.*the connection was lost/,
    );
  });
});
