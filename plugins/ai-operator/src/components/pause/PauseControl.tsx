import { Button, Tooltip, TooltipTrigger } from '@backstage/ui';
import type { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useId, useState } from 'react';
import { applicationPaused, everythingPaused } from '../../model';
import { useNow } from '../../time';
import classes from './PauseControl.module.css';
import { PauseDialog } from './PauseDialog';
import { usePauses } from './pauses';

/**
 * Pauses or resumes everything, or one application. Who may not can still
 * reach the button and is told why.
 */
export function PauseControl(props: {
  application?: ApplicationKey;
  /** Say in words below the button why it is off. */
  explain?: boolean;
}) {
  const { application, explain = false } = props;
  const { pauses, error, caller } = usePauses();
  const now = useNow();
  const id = useId();
  const [open, setOpen] = useState(false);
  const known = pauses ?? [];
  const pause = application
    ? applicationPaused(known, application, now)
    : everythingPaused(known, now);
  const off = caller && !caller.pause.allowed;
  const subject = application?.name ?? 'everything';
  const words = `${pause ? 'Resume' : 'Pause'} ${subject}`;
  const because = caller?.pause.because;
  const button = (
    <Button
      size="small"
      variant="secondary"
      aria-disabled={off ? 'true' : undefined}
      aria-describedby={off && explain ? id : undefined}
      className={off ? `${classes.button} ${classes.off}` : classes.button}
      onPress={off ? undefined : () => setOpen(true)}
    >
      {words}
    </Button>
  );
  if (!pauses && !error) return null;
  return (
    <div className={classes.control}>
      {off ? (
        <TooltipTrigger>
          {button}
          <Tooltip>{because}</Tooltip>
        </TooltipTrigger>
      ) : (
        button
      )}
      {off && explain && (
        <span id={id} className={classes.because}>
          {because}
        </span>
      )}
      {open && (
        <PauseDialog
          application={application}
          pause={pause}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
