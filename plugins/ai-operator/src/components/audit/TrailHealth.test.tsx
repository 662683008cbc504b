import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  trailBroken,
  trailSetAside,
  trailUnknown,
  trailWaiting,
  trailWell,
} from '../../../dev/fixtures';
import { fakeApi, renderPortal } from '../../__testUtils__/portal';
import { ProductionMergesStopped, TrailBroken } from './TrailBanners';
import { TrailHealth } from './TrailHealth';
import { TrailStatusProvider } from './trailStatus';

const NOW = Date.now();

function renderHealth(status: () => Promise<AuditStatus>) {
  return renderPortal(
    <TrailStatusProvider>
      <ProductionMergesStopped />
      <TrailBroken />
      <TrailHealth />
    </TrailStatusProvider>,
    fakeApi({ getAuditStatus: status }),
  );
}

const section = () => screen.findByRole('region', { name: 'Audit trail' });

describe('TrailHealth', () => {
  it('is quiet while everything is well', async () => {
    await renderHealth(async () => trailWell(NOW));
    expect(
      await screen.findByText(/the whole trail was recomputed/),
    ).toBeInTheDocument();
    const trail = await section();
    expect(trail).toHaveTextContent(
      /OKElasticsearch at https:\/\/logs.example:9200It has the whole trail/,
    );
    expect(trail).toHaveTextContent(/record 1204 written 12 s ago/);
    expect(screen.queryByText(/stopped/)).not.toBeInTheDocument();
    expect(screen.queryByText(/broken/i)).not.toBeInTheDocument();
  });

  it('says how many records wait, since when, and what that stops', async () => {
    await renderHealth(async () => trailWaiting(NOW));
    const trail = await section();
    await within(trail).findByText(/HTTP 503/);
    expect(trail).toHaveTextContent(
      /142 records wait for Elasticsearch since .*\d\d:\d\d UTC; production merges are stopped until they are there/,
    );
    const banner = screen.getByRole('status', { name: 'Production merges' });
    expect(banner).toHaveTextContent(/Production merges are stopped/);
    expect(banner).toHaveTextContent(/Staging is not affected/);
    expect(
      within(banner).getByRole('link', { name: /how to mend it/ }),
    ).toHaveAttribute('href', '/ai-operator/doctor');
  });

  it('names what is refused for good, with the reason', async () => {
    await renderHealth(async () => trailSetAside(NOW));
    await userEvent.click(
      await screen.findByText('3 records are refused by Elasticsearch'),
    );
    const refused = within(
      screen.getByRole('list', { name: 'Refused by Elasticsearch' }),
    ).getAllByRole('listitem');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toHaveTextContent(
      /Record 1198, 20 min ago: document_parsing_exception/,
    );
  });

  it('says which record was changed, first of all', async () => {
    await renderHealth(async () => trailBroken(NOW));
    const banner = await screen.findByText(
      'The audit trail is broken: record 17 was changed',
    );
    expect(banner).toBeInTheDocument();
    const trail = await section();
    expect(trail).toHaveTextContent(/gives another hash/);
    expect(trail).toHaveTextContent(/Records up to number 4 were removed/);
  });

  it('says that the database is the trail when nothing is shipped', async () => {
    await renderHealth(async () => trailUnknown(NOW));
    expect(
      await screen.findByText(/it is shipped nowhere else/),
    ).toBeInTheDocument();
    expect(screen.getByText('Not checked yet')).toBeInTheDocument();
  });

  it('shows an error as an error, and tries again', async () => {
    let fails = true;
    await renderHealth(async () => {
      if (fails) throw new Error('the database does not answer');
      return trailWell(NOW);
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not load the state of the audit trail.*the database does not answer/,
    );
    fails = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByText(/the whole trail was recomputed/),
    ).toBeInTheDocument();
  });

  it('is brought into view where the address asks for it', async () => {
    const bring = jest.fn();
    Element.prototype.scrollIntoView = bring;
    await renderPortal(
      <TrailStatusProvider>
        <TrailHealth />
      </TrailStatusProvider>,
      fakeApi(),
      '/#audit-trail',
    );
    await section();
    expect(bring).toHaveBeenCalled();
    expect(bring.mock.contexts[0]).toContainElement(await section());
  });
});

describe('ProductionMergesStopped on a rollback', () => {
  function renderBanner(status: () => Promise<AuditStatus>) {
    return renderPortal(
      <TrailStatusProvider>
        <ProductionMergesStopped withFleet />
      </TrailStatusProvider>,
      fakeApi({ getAuditStatus: status }),
    );
  }

  it('leads to where the records wait', async () => {
    await renderBanner(async () => trailWaiting(NOW));
    expect(
      await screen.findByRole('link', { name: /where the records wait/ }),
    ).toHaveAttribute('href', '/ai-operator#audit-trail');
  });

  it('says that nothing is known when the first look fails, and looks again', async () => {
    let fails = true;
    await renderBanner(async () => {
      if (fails) throw new Error('no connection');
      return trailWell(NOW);
    });
    const words =
      /^Whether production merges are stopped is not known: no connection/;
    expect(await screen.findByText(words)).toBeInTheDocument();
    fails = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(screen.queryByText(words)).not.toBeInTheDocument(),
    );
  });

  it('says what was known before a later look failed', async () => {
    jest.useFakeTimers();
    try {
      let fails = false;
      await renderBanner(async () => {
        if (fails) throw new Error('no connection');
        return trailWaiting(NOW);
      });
      fails = true;
      await act(() => jest.advanceTimersByTimeAsync(30_000));
      const banner = screen.getByRole('status', { name: 'Production merges' });
      expect(banner).toHaveTextContent(
        /As of \d\d:\d\d:\d\d UTC they were stopped; the latest look failed/,
      );
      expect(banner).toHaveTextContent(/Production merges are stopped: the/);
    } finally {
      jest.useRealTimers();
    }
  });
});
