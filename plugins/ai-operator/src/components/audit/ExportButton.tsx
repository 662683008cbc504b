import { useApi } from '@backstage/core-plugin-api';
import { Button } from '@backstage/ui';
import { useEffect, useRef, useState } from 'react';
import { aiOperatorApiRef } from '../../api';
import classes from './ChainCheckBar.module.css';
import { saveFile } from './saveFile';

const toError = (error: unknown) =>
  error instanceof Error ? error : new Error(String(error));

/** Saves the records of one rollback as a file, one JSON document a line. */
export function ExportButton(props: {
  correlationId: string;
  /** Name of the application. */
  application: string;
  /** Told why it failed; undefined when it is tried (again). */
  onProblem(error: Error | undefined): void;
}) {
  const { correlationId, application, onProblem } = props;
  const api = useApi(aiOperatorApiRef);
  const [busy, setBusy] = useState(false);
  const request = useRef<AbortController>();
  useEffect(() => () => request.current?.abort(), []);

  async function onPress() {
    const own = new AbortController();
    request.current = own;
    setBusy(true);
    onProblem(undefined);
    try {
      const { signal } = own;
      const content = await api.exportAudit(correlationId, { signal });
      if (own.signal.aborted) return;
      saveFile(
        `ai-operator-audit-${application}-${correlationId}.jsonl`,
        content,
      );
    } catch (e) {
      if (own.signal.aborted) return;
      onProblem(toError(e));
    }
    setBusy(false);
  }

  return (
    <Button
      size="small"
      variant="secondary"
      isPending={busy}
      className={classes.button}
      onPress={onPress}
    >
      Export (JSON Lines)
    </Button>
  );
}
