import { Text } from '@backstage/ui';
import type {
  HumanCommandName,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Facts, OutLink, Revision } from '../basics';

/** What the decision is about, and what will happen. */
export function Decided(props: {
  action: HumanCommandName;
  rollback: RollbackDetail;
}) {
  const { rollback } = props;
  const { application, environment, pullRequest, repositoryUrl } = rollback;
  const judged = rollback.allowedActions.find(
    ({ action }) => action === props.action,
  );
  return (
    <>
      <Text as="p" variant="body-medium">
        {judged?.because}
      </Text>
      <Facts
        facts={[
          {
            name: 'Application',
            value: `${application.name} in ${environment}`,
          },
          {
            name: 'Pull request',
            value: pullRequest && (
              <OutLink href={pullRequest.url}>
                #{pullRequest.number} {pullRequest.title}
              </OutLink>
            ),
          },
          {
            name: 'Its present commit',
            value: pullRequest && (
              <Revision
                revision={pullRequest.headSha}
                repositoryUrl={repositoryUrl}
              />
            ),
          },
          {
            name: 'From',
            value: (
              <Revision
                revision={rollback.currentRevision}
                repositoryUrl={repositoryUrl}
              />
            ),
          },
          {
            name: 'Back to',
            value: rollback.targetRevision && (
              <Revision
                revision={rollback.targetRevision}
                repositoryUrl={repositoryUrl}
              />
            ),
          },
        ]}
      />
    </>
  );
}
