import { Flex } from '@backstage/ui';
import type { ApplicationDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { applicationHeadline, replicasText } from '../../model';
import { TimeLeft } from '../../time';
import { StatusIcon, toneClass } from '../basics';
import { applicationAnchor } from './anchor';
import classes from './CardApplications.module.css';

function Item({ application }: { application: ApplicationDetail }) {
  const { tone, icon, text, deadlineAt } = applicationHeadline(application);
  const replicas = replicasText(application);
  return (
    <li className={`${toneClass(tone)} ${classes.item}`}>
      <StatusIcon icon={icon} tone={tone} size={20} />
      <div className={classes.words}>
        <div className={classes.text}>{text}</div>
        <div className={classes.details}>
          {[
            application.key.name,
            application.environment,
            replicas && `${replicas} replicas`,
          ]
            .filter(Boolean)
            .join(' · ')}
          {deadlineAt !== undefined && (
            <>
              {' · '}
              <TimeLeft until={deadlineAt} />
            </>
          )}
        </div>
      </div>
    </li>
  );
}

/** One line for each application of a component. */
export function CardApplications(props: { applications: ApplicationDetail[] }) {
  return (
    <Flex direction="column" gap="2">
      <ul className={classes.list}>
        {props.applications.map(application => (
          <Item
            key={applicationAnchor(application.key)}
            application={application}
          />
        ))}
      </ul>
    </Flex>
  );
}
