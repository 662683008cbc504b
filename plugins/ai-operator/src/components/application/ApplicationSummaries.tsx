import type { ApplicationDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { applicationHeadline, replicasText } from '../../model';
import { TimeLeft } from '../../time';
import { StatusIcon, toneClass } from '../basics';
import { applicationAnchor } from './anchor';
import classes from './ApplicationSummaries.module.css';

function Item({ application }: { application: ApplicationDetail }) {
  const { tone, icon, text, deadlineAt } = applicationHeadline(application);
  const replicas = replicasText(application);
  return (
    <li className={`${toneClass(tone)} ${classes.item}`}>
      <StatusIcon icon={icon} tone={tone} size={20} />
      <div className={classes.words}>
        <a
          className={classes.name}
          href={`#${applicationAnchor(application.key)}`}
        >
          {application.key.name}
          {application.environment && `, ${application.environment}`}
        </a>
        <div className={classes.text}>{text}</div>
      </div>
      <div className={classes.aside}>
        {deadlineAt !== undefined && <TimeLeft until={deadlineAt} />}
        {replicas && <div>{replicas} replicas</div>}
      </div>
    </li>
  );
}

/** All verdicts at one glance, each leading to its application. */
export function ApplicationSummaries(props: {
  applications: ApplicationDetail[];
}) {
  return (
    <ul className={classes.list} aria-label="Applications of this component">
      {props.applications.map(application => (
        <Item
          key={applicationAnchor(application.key)}
          application={application}
        />
      ))}
    </ul>
  );
}
