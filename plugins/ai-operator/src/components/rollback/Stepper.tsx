import { VisuallyHidden } from '@backstage/ui';
import type { RollbackStep } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  STATE_TITLES,
  STATE_WAITS_FOR,
  STEP_LOOKS,
  type Look,
} from '../../model';
import { ClockTime, formatDuration, TimeLeft } from '../../time';
import { StatusIcon, toneClass } from '../basics';
import classes from './Stepper.module.css';

/** The present step of a rollback that waits for a person. */
const WAITS_FOR_PERSON: Look = {
  tone: 'warning',
  icon: 'person',
  word: 'Now, needs a person',
};

/** The last step is reached, even while it waits to be archived. */
const REACHED: Look = { tone: 'positive', icon: 'ok', word: 'Done' };

function lookOf(step: RollbackStep, needsHuman: boolean): Look {
  if (step.status !== 'current') return STEP_LOOKS[step.status];
  if (step.state === 'RollbackComplete') return REACHED;
  return needsHuman ? WAITS_FOR_PERSON : STEP_LOOKS.current;
}

function StepTime(props: { step: RollbackStep; needsHuman: boolean }) {
  const { step, needsHuman } = props;
  if (step.status === 'current' && step.state !== 'RollbackComplete') {
    return (
      <>
        {needsHuman ? 'Waiting for a person' : STATE_WAITS_FOR[step.state]}
        {step.deadlineAt !== undefined && ', '}
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
        `, ${
          step.status === 'failed' ? 'failed after' : 'took'
        } ${formatDuration(step.endedAt - step.startedAt)}`}
    </>
  );
}

/** Where the rollback is on its way, how long the present step may take, and what happens then. */
export function Stepper(props: { steps: RollbackStep[]; needsHuman: boolean }) {
  const { steps, needsHuman } = props;
  return (
    <ol className={classes.steps} aria-label="Steps of the rollback">
      {steps.map((step, index) => {
        const current = step.status === 'current';
        const look = lookOf(step, needsHuman);
        return (
          <li
            key={`${step.state} ${index}`}
            className={`${toneClass(look.tone)} ${classes.step}`}
            data-status={step.status}
            aria-current={current ? 'step' : undefined}
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
                <StepTime step={step} needsHuman={needsHuman} />
              </span>
              {current &&
                step.state !== 'RollbackComplete' &&
                step.atDeadline && (
                  <span className={classes.time}>then: {step.atDeadline}</span>
                )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
