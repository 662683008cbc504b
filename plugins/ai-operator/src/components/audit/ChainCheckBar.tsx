import { Alert, Button } from '@backstage/ui';
import type {
  AuditList,
  AuditProblem,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { errorMessage } from '../../api/errors';
import { OutLink } from '../basics';
import classes from './ChainCheckBar.module.css';
import { ChainLine, ChainProblems } from './ChainLine';
import { ExportButton } from './ExportButton';
import { useTrailStatus } from './trailStatus';
import type { ChainCheck } from './useChainCheck';

/** Whether the records can be trusted, and ways to look for oneself: recompute them, see them elsewhere, take them away. */
export function ChainCheckBar(props: {
  correlationId: string;
  /** Name of the application. */
  application: string;
  elsewhere?: AuditList['elsewhere'];
  check: ChainCheck;
  /** What was found, by the operator's own look at the whole trail and by the check of this rollback. */
  problems: readonly AuditProblem[];
  onCheck(): void;
  onExportProblem(error: Error | undefined): void;
}) {
  const { correlationId, application, elsewhere, check, onCheck } = props;
  const status = useTrailStatus();
  return (
    <>
      <div className={classes.bar}>
        <div
          role="status"
          aria-label="Whether the records are untouched"
          className={classes.words}
        >
          <ChainLine check={check} status={status} />
        </div>
        <div className={classes.actions}>
          <Button
            size="small"
            variant="secondary"
            isPending={check.name === 'checking'}
            className={classes.button}
            onPress={onCheck}
          >
            Check now
          </Button>
          <ExportButton
            correlationId={correlationId}
            application={application}
            onProblem={props.onExportProblem}
          />
          {elsewhere && (
            <OutLink href={elsewhere.url}>Open in {elsewhere.label}</OutLink>
          )}
        </div>
      </div>
      <ChainProblems problems={props.problems} />
      {check.name === 'failed' && (
        <Alert
          role="alert"
          status="danger"
          icon
          title="The records could not be recomputed"
          description={errorMessage(check.error)}
        />
      )}
    </>
  );
}
