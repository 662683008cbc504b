import { Alert, Flex } from '@backstage/ui';
import type {
  ApplicationDetail,
  ApplicationSummary,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { HEALTH_LOOKS, replicasText } from '../../model';
import { Ago, Elapsed } from '../../time';
import { Facts, OutLink, Revision, Section, Status } from '../basics';
import { PauseControl } from '../pause/PauseControl';
import { ChecksStrip } from './ChecksStrip';

const MODE_TEXTS = {
  observe: 'Observe: looks, changes nothing',
  propose: 'Propose: opens pull requests, people decide',
  auto: 'Auto: merges when all eight invariants hold',
};

function Replicas({ application }: { application: ApplicationSummary }) {
  const { replicas } = application;
  if (replicas?.known === false) {
    return <>Unknown: {replicas.because}</>;
  }
  return <>{replicasText(application)} available</>;
}

function Findings({ findings }: Pick<ApplicationDetail, 'findings'>) {
  return (
    <>
      {findings.map(finding => (
        <Alert
          key={`${finding.rule} ${finding.because}`}
          status="warning"
          icon
          title={`${finding.rule}: ${finding.because}`}
          description={finding.howToMend}
        />
      ))}
    </>
  );
}

/** The application as it is now: health, replicas, sync, revision, recent checks, what to mend. */
export function ApplicationNow(props: { application: ApplicationDetail }) {
  const { application } = props;
  return (
    <Section
      title="Now"
      aside={
        <>
          checked <Ago at={application.checkedAt} />
        </>
      }
    >
      <Flex direction="column" gap="4">
        <Facts
          facts={[
            {
              name: 'Health',
              value: (
                <Flex gap="1" align="center">
                  <Status look={HEALTH_LOOKS[application.health]} />
                  <span>
                    for <Elapsed since={application.healthSince} />
                  </span>
                </Flex>
              ),
            },
            {
              name: 'Replicas',
              value: application.replicas && (
                <Replicas application={application} />
              ),
            },
            { name: 'Sync', value: application.syncStatus },
            {
              name: 'Revision',
              value: application.revision && (
                <Revision
                  revision={application.revision}
                  repositoryUrl={application.repositoryUrl}
                />
              ),
            },
            {
              name: 'Repository',
              value: application.repository && (
                <OutLink href={application.repositoryUrl}>
                  {application.repository}
                </OutLink>
              ),
            },
            {
              name: 'Mode',
              value: application.mode && MODE_TEXTS[application.mode],
            },
          ]}
        />
        <ChecksStrip checks={application.checks} />
        {application.problem && (
          <Alert
            status="warning"
            icon
            title="The operator cannot roll this application back"
            description={application.problem}
          />
        )}
        <Findings findings={application.findings} />
        <PauseControl application={application.key} explain />
      </Flex>
    </Section>
  );
}
