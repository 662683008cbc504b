import { VisuallyHidden } from '@backstage/ui';
import type { RollbackStep } from '@ai-operator/backstage-plugin-ai-operator-common';
import { STATE_TITLES, STATE_WAITS_FOR, STEP_LOOKS } from '../../model';
import { ClockTime, formatDuration, TimeLeft } from '../../time';
import { StatusIcon, toneClass } from '../basics';
import classes from './Stepper.module.css';

function StepTime({ step }: { step: RollbackStep }) {
  if (step.status === 'current') {
    return (
      <>
        {step.deadlineAt === undefined
          ? STATE_WAITS_FOR[step.state]
          : STATE_WAITS_FOR[step.state].concat(', ')}
        {step.deadlineAt !== undefined && (
          <strong className={classes.left}>
            <TimeLeft until={step.deadlineAt} />
          </strong>
        )}
      </>
    );
  }
  if (step.startedAt === undefined) {
    return <>{step.status === 'skipped' ? 'skipped' : ''}</>;
  }
  return (
    <>
      <ClockTime at={step.startedAt} />
      {step.endedAt !== undefined &&
        `, took ${formatDuration(step.endedAt - step.startedAt)}`}
    </>
  );
}

/** Where the rollback is on its way, how long the present step may take, and what happens then. */
export function Stepper({ steps }: { steps: RollbackStep[] }) {
  return (
    <ol className={classes.steps} aria-label="Steps of the rollback">
      {steps.map((step, index) => {
        const look = STEP_LOOKS[step.status];
        return (
          <li
            key={`${step.state} ${index}`}
            className={`${toneClass(look.tone)} ${classes.step}`}
            data-status={step.status}
            aria-current={step.status === 'current' ? 'step' : undefined}
          >
            <span className={classes.mark}>
              <StatusIcon icon={look.icon} tone={look.tone} size={22} />
            </span>
            <span className={classes.words}>
              <span className={classes.title}>
                {STATE_TITLES[step.state]}
                <VisuallyHidden>: {look.word}</VisuallyHidden>
              </span>
              <span className={classes.time}>
                <StepTime step={step} />
              </span>
              {step.status === 'current' && step.atDeadline && (
                <span className={classes.time}>then: {step.atDeadline}</span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
