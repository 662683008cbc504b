import { ButtonLink, Flex, Link } from '@backstage/ui';
import { useRouteRef } from '@backstage/core-plugin-api';
import type {
  RollbackDetail,
  RollbackSummary,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { RiExternalLinkLine } from '@remixicon/react';
import { rollbackRouteRef } from '../../routes';
import { webAddress } from '../basics';
import classes from './RollbackLinks.module.css';

function OutButton(props: { href?: string; text: string }) {
  const href = webAddress(props.href);
  return href ? (
    <ButtonLink
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      size="small"
      variant="secondary"
      className={classes.outlined}
      iconEnd={<RiExternalLinkLine aria-hidden="true" />}
    >
      {props.text}
    </ButtonLink>
  ) : null;
}

/** Where a person goes from here: the pull request first. */
export function RollbackLinks(props: {
  rollback: RollbackSummary &
    Partial<Pick<RollbackDetail, 'escalation' | 'argoUrl'>>;
  argoUrl?: string;
  /** Absent on the rollback's own page. */
  withPage?: boolean;
}) {
  const { rollback, withPage } = props;
  const rollbackPath = useRouteRef(rollbackRouteRef);
  const { pullRequest, escalation, correlationId } = rollback;
  return (
    <Flex gap="2" align="center" style={{ flexWrap: 'wrap' }}>
      {pullRequest && (
        <OutButton
          href={pullRequest.url}
          text={`Pull request #${pullRequest.number}`}
        />
      )}
      <OutButton href={escalation?.issueUrl} text="Escalation issue" />
      <OutButton href={props.argoUrl ?? rollback.argoUrl} text="Argo CD" />
      {withPage && (
        <Link href={rollbackPath({ correlationId })} variant="body-medium">
          Link to this rollback
        </Link>
      )}
    </Flex>
  );
}
