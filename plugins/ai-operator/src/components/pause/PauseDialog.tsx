import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Radio,
  RadioGroup,
  Text,
} from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type {
  ApplicationKey,
  PauseView,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useState, type FormEvent } from 'react';
import { aiOperatorApiRef } from '../../api';
import { errorMessage } from '../../api/errors';
import { PAUSE_LENGTHS } from '../../model';
import { formatMoment, useClock, useNow } from '../../time';
import { ReasonField, Stack } from '../basics';
import { PauseWords } from './PauseBanner';
import classes from './PauseDialog.module.css';
import { usePauses } from './pauses';

/** Short enough to be forgotten without harm. */
const DEFAULT_LENGTH = '1h';

function Lengths(props: { chosen: string; onChange(id: string): void }) {
  const now = useNow();
  return (
    <RadioGroup
      label="Until"
      value={props.chosen}
      onChange={props.onChange}
      orientation="vertical"
    >
      {PAUSE_LENGTHS.map(({ id, label, until }) => {
        const end = until(now);
        const moment =
          end === undefined || id === 'tomorrow'
            ? ''
            : ` (until ${formatMoment(end, now)})`;
        return (
          <Radio key={id} value={id}>
            {label}
            {moment}
          </Radio>
        );
      })}
    </RadioGroup>
  );
}

function Effect(props: { subject: string; pause?: PauseView }) {
  const { subject, pause } = props;
  return pause ? (
    <>
      <Text as="p" variant="body-medium">
        The operator opens and merges rollbacks of {subject} again, as its rules
        allow. What it ends:
      </Text>
      <div>
        <PauseWords pause={pause} />
      </div>
    </>
  ) : (
    <Text as="p" variant="body-medium">
      The operator keeps watching and telling people, but opens and merges no
      pull request for {subject}. What it has opened stays open, and its time
      runs on.
    </Text>
  );
}

/** Asks why and how long, and tells the operator. */
export function PauseDialog(props: {
  application?: ApplicationKey;
  /** The pause to end; absent: begin one. */
  pause?: PauseView;
  onClose(): void;
}) {
  const { application, onClose } = props;
  const api = useApi(aiOperatorApiRef);
  const clock = useClock();
  const { refresh } = usePauses();
  // What was asked for stays, even when a poll finds the pause gone meanwhile.
  const [pause] = useState(props.pause);
  const [reason, setReason] = useState('');
  const [length, setLength] = useState(DEFAULT_LENGTH);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const subject = application?.name ?? 'everything';

  async function send() {
    const chosen = PAUSE_LENGTHS.find(({ id }) => id === length);
    setBusy(true);
    setError(undefined);
    try {
      await api.setPause({
        application,
        paused: !pause,
        reason: reason.trim(),
        until: pause ? undefined : chosen?.until(clock.now()),
      });
      await refresh();
      onClose();
    } catch (e) {
      setError(e instanceof Error ? e : new Error(String(e)));
      setBusy(false);
      await refresh();
    }
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    send();
  }

  const word = pause ? 'Resume' : 'Pause';
  return (
    <Dialog
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={busy}
      onOpenChange={open => {
        if (!open && !busy) onClose();
      }}
      width={480}
      className={classes.dialog}
    >
      <DialogHeader>{`${word} ${subject}?`}</DialogHeader>
      <form className={classes.form} onSubmit={onSubmit}>
        <DialogBody>
          <Stack>
            <Effect
              subject={application ? application.name : 'any application'}
              pause={pause}
            />
            <ReasonField value={reason} onChange={setReason} />
            {!pause && <Lengths chosen={length} onChange={setLength} />}
            <div role="alert">
              {error && (
                <Alert
                  status="danger"
                  icon
                  title={`${subject} was not ${pause ? 'resumed' : 'paused'}`}
                  description={errorMessage(error)}
                />
              )}
            </div>
          </Stack>
        </DialogBody>
        <DialogFooter>
          <Button variant="tertiary" isDisabled={busy} onPress={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" isPending={busy}>
            {word}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
