import { Button } from '@backstage/ui';
import type { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useState } from 'react';
import { rawRecord } from '../../model';
import { formatExact } from '../../time';
import { Facts } from '../basics';
import classes from './RawRecord.module.css';

function CopyButton({ text }: { text: string }) {
  const [said, setSaid] = useState('');
  async function onPress() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      // Browsers give the clipboard to secure addresses only.
      setSaid('The browser does not allow it: select the text instead.');
    }
  }
  return (
    <div className={classes.copy}>
      <Button
        size="small"
        variant="secondary"
        className={classes.button}
        onPress={onPress}
      >
        Copy
      </Button>
      <span role="status">{said}</span>
    </div>
  );
}

/** A record as it was written, with its place in the chain. */
export function RawRecord({ entry }: { entry: AuditEntry }) {
  const text = rawRecord(entry);
  const { seq, hash } = entry;
  return (
    <div className={classes.raw}>
      <div className={classes.head}>
        <Facts
          facts={[
            { name: 'Number', value: seq },
            { name: 'Time', value: formatExact(entry.record.timestamp) },
            { name: 'Hash', value: <code>{hash}</code> },
          ]}
        />
        <CopyButton text={text} />
      </div>
      <pre
        className={classes.json}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={`Record ${seq} as JSON`}
      >
        {text}
      </pre>
    </div>
  );
}
