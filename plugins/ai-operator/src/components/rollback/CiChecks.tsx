import { Text } from '@backstage/ui';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CI_LOOKS } from '../../model';
import { Ago } from '../../time';
import { OutLink, Section, Status } from '../basics';
import classes from './CiChecks.module.css';

/** The checks on the pull request's head, required ones marked. */
export function CiChecks({ ci }: Required<Pick<RollbackDetail, 'ci'>>) {
  return (
    <Section
      title="CI"
      aside={
        <>
          seen <Ago at={ci.observedAt} />
        </>
      }
    >
      {ci.checks.length === 0 ? (
        <Text as="p" color="secondary">
          GitHub reports no check on this pull request yet.
        </Text>
      ) : (
        <ul className={classes.list}>
          {ci.checks.map(check => (
            <li key={check.name} className={classes.item}>
              <Status look={CI_LOOKS[check.state]} />
              <span className={classes.name}>
                <OutLink href={check.url}>{check.name}</OutLink>
              </span>
              <span className={classes.required}>
                {check.required ? 'required' : 'optional'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
