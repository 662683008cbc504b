import { Text } from '@backstage/ui';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { parsePatch, type DiffLine } from '../../model/patch';
import { Section } from '../basics';
import classes from './DiffView.module.css';

const SIGNS: Record<DiffLine['kind'], string> = {
  added: '+',
  removed: '-',
  context: ' ',
  hunk: '',
  note: '',
};

function Patch({ path, patch }: { path: string; patch: string }) {
  const lines = parsePatch(patch);
  return (
    <figure className={classes.file}>
      <figcaption className={classes.path}>
        <code>{path}</code>
      </figcaption>
      <div
        className={classes.scroll}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={path}
      >
        <table className={classes.table}>
          <tbody>
            {lines.map((line, index) => (
              <tr key={index} data-kind={line.kind}>
                <td className={classes.number}>{line.before}</td>
                <td className={classes.number}>{line.after}</td>
                <td className={classes.text}>
                  {SIGNS[line.kind]}
                  {line.text}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** What the rollback changes, file by file. */
export function DiffView({ change }: Required<Pick<RollbackDetail, 'change'>>) {
  const { files } = change;
  return (
    <Section
      title="What changes"
      aside={files.length === 1 ? '1 file' : `${files.length} files`}
    >
      {files.length === 0 ? (
        <Text as="p" color="secondary">
          The pull request changes no file.
        </Text>
      ) : (
        files.map(file => <Patch key={file.path} {...file} />)
      )}
    </Section>
  );
}
