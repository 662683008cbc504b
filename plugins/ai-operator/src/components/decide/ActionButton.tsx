import { Button, Tooltip, TooltipTrigger } from '@backstage/ui';
import type { AllowedAction } from '@ai-operator/backstage-plugin-ai-operator-common';
import { COMMAND_WORDS } from '../../model';
import classes from './ActionButton.module.css';

/**
 * One command. A button that is off can still be reached with the keyboard and
 * says why; a disabled one would hide its reason from everybody but the mouse.
 */
export function ActionButton(props: {
  offered: AllowedAction;
  primary: boolean;
  /** Element that says why it is off. */
  reasonId: string;
  onPress(): void;
}) {
  const { offered, primary, reasonId, onPress } = props;
  const { action, allowed, because } = offered;
  return (
    <TooltipTrigger>
      <Button
        size="medium"
        variant={primary ? 'primary' : 'secondary'}
        destructive={action === 'ABORT' && allowed}
        aria-disabled={allowed ? undefined : 'true'}
        aria-describedby={allowed ? undefined : reasonId}
        className={
          allowed ? classes.button : `${classes.button} ${classes.off}`
        }
        onPress={allowed ? onPress : undefined}
      >
        {COMMAND_WORDS[action].action}
      </Button>
      <Tooltip>{because}</Tooltip>
    </TooltipTrigger>
  );
}
