import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { Button, Link } from '@backstage/ui';
import type { DoctorReport } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useState } from 'react';
import { aiOperatorApiRef } from '../../api';
import {
  byArea,
  COUNT_WORDS,
  countFindings,
  doctorHeadline,
  FINDING_LOOKS,
} from '../../model';
import { usePolled } from '../../polling';
import { rootRouteRef } from '../../routes';
import {
  PolledView,
  Stack,
  StatusIcon,
  toneClass,
  useRefresh,
  Verdict,
} from '../basics';
import classes from './DoctorPage.module.css';
import { Findings } from './Findings';

/** The doctor asks every system, so it is not asked often. */
const INTERVAL_MS = 60_000;

function CheckAgain() {
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  async function onPress() {
    setBusy(true);
    await refresh();
    setBusy(false);
  }
  return (
    <Button
      size="small"
      variant="secondary"
      isPending={busy}
      onPress={onPress}
      className={classes.button}
    >
      Check again
    </Button>
  );
}

function Counts({ findings }: Pick<DoctorReport, 'findings'>) {
  return (
    <ul className={classes.counts} aria-label="Findings by status">
      {countFindings(findings).map(({ status, count }) => {
        const { tone, icon } = FINDING_LOOKS[status];
        const [one, many] = COUNT_WORDS[status];
        return (
          <li key={status} className={`${toneClass(tone)} ${classes.count}`}>
            <StatusIcon icon={icon} tone={tone} /> <strong>{count}</strong>{' '}
            {count === 1 ? one : many}
          </li>
        );
      })}
    </ul>
  );
}

function Report({ report }: { report: DoctorReport }) {
  const { findings } = report;
  return (
    <Stack>
      <Verdict headline={doctorHeadline(findings)}>
        <div className={classes.aside}>
          <Counts findings={findings} />
          <CheckAgain />
        </div>
      </Verdict>
      {byArea(findings).map(area => (
        <Findings key={area.area} findings={area} />
      ))}
    </Stack>
  );
}

/** Connections, credentials and rights of the operator: what is wrong, and how to mend it. */
export function DoctorPage() {
  const api = useApi(aiOperatorApiRef);
  const fleet = useRouteRef(rootRouteRef);
  const polled = usePolled({
    key: 'doctor',
    ask: signal => api.getDoctor({ signal }),
    interval: () => INTERVAL_MS,
    concerns: () => false,
  });
  return (
    <Stack>
      <div>
        <Link href={fleet()} variant="body-medium">
          All applications and rollbacks
        </Link>
      </div>
      <PolledView what="the doctor's report" polled={polled}>
        {report => <Report report={report} />}
      </PolledView>
    </Stack>
  );
}
