import type { DoctorFinding } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AREA_TITLES, FINDING_LOOKS, type AreaFindings } from '../../model';
import { Ago } from '../../time';
import { Section, Status } from '../basics';
import classes from './Findings.module.css';

function Finding({ finding }: { finding: DoctorFinding }) {
  const { name, title, status, because, howToMend, checkedAt } = finding;
  return (
    <li className={classes.finding} data-status={status}>
      <div>
        <Status look={FINDING_LOOKS[status]} />
      </div>
      <div className={classes.words}>
        <div className={classes.title}>
          {name}: {title}
        </div>
        <div>{because}</div>
        {howToMend && (
          <div className={classes.mend}>
            <strong>How to mend:</strong> {howToMend}
          </div>
        )}
      </div>
      <div className={classes.when}>
        checked <Ago at={checkedAt} />
      </div>
    </li>
  );
}

function List(props: { name: string; findings: DoctorFinding[] }) {
  return (
    <ul className={classes.list} aria-label={props.name}>
      {props.findings.map(finding => (
        <Finding key={finding.id} finding={finding} />
      ))}
    </ul>
  );
}

function summary({ bad, fine }: AreaFindings): string {
  if (bad.length === 0) return 'all fine';
  return fine.length === 0 ? '' : `${fine.length} fine`;
}

/** What the doctor found about one kind of system; what is fine only on demand. */
export function Findings({ findings }: { findings: AreaFindings }) {
  const { area, bad, fine } = findings;
  const title = AREA_TITLES[area];
  return (
    <Section title={title} aside={summary(findings)}>
      {bad.length > 0 && <List name={`${title}: to mend`} findings={bad} />}
      {fine.length > 0 && (
        <details className={classes.fine}>
          <summary>
            {fine.length === 1
              ? '1 check is fine'
              : `${fine.length} checks are fine`}
          </summary>
          <List name={`${title}: fine`} findings={fine} />
        </details>
      )}
    </Section>
  );
}
