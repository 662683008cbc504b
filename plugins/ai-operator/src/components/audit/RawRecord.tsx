import { Button } from '@backstage/ui';
import type { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useMemo, useState } from 'react';
import { formattedText } from '../../model';
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
        Copy exact text
      </Button>
      <span role="status">{said}</span>
    </div>
  );
}

/** Laid out for reading, or what the hash was made of. */
function ViewChoice(props: { exact: boolean; onChange(exact: boolean): void }) {
  const { exact, onChange } = props;
  return (
    <div className={classes.views}>
      <button
        type="button"
        className={classes.view}
        aria-pressed={!exact}
        onClick={() => onChange(false)}
      >
        Formatted
      </button>
      <button
        type="button"
        className={classes.view}
        aria-pressed={exact}
        onClick={() => onChange(true)}
      >
        Exact text
      </button>
    </div>
  );
}

/** A record as it is stored, with its place in the chain. */
export function RawRecord({ entry }: { entry: AuditEntry }) {
  const { seq, prevHash, hash, record, text } = entry;
  const formatted = useMemo(() => formattedText(entry), [entry]);
  const [exact, setExact] = useState(false);
  const isExact = exact || formatted === undefined;
  return (
    <div className={classes.raw}>
      <div className={classes.head}>
        <Facts
          facts={[
            { name: 'Number', value: seq },
            { name: 'Time', value: record && formatExact(record.timestamp) },
            { name: 'Hash before', value: <code>{prevHash}</code> },
            { name: 'Hash', value: <code>{hash}</code> },
          ]}
        />
        <CopyButton text={text} />
      </div>
      {formatted !== undefined && (
        <ViewChoice exact={exact} onChange={setExact} />
      )}
      <pre
        className={classes.json}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={
          isExact
            ? `Record ${seq}, exact text`
            : `Record ${seq} as JSON, formatted`
        }
      >
        {isExact ? text : formatted}
      </pre>
    </div>
  );
}
