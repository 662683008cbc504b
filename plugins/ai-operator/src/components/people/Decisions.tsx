import type { HumanCommandView } from '@ai-operator/backstage-plugin-ai-operator-common';
import { COMMAND_LOOKS, COMMAND_WORDS, SOURCE_WORDS } from '../../model';
import { Ago } from '../../time';
import { Section, Status } from '../basics';
import classes from './people.module.css';
import { PersonName } from './PersonName';

function Decision({ command }: { command: HumanCommandView }) {
  const { person, source, reason, at, result, because } = command;
  return (
    <li className={classes.item} data-result={result}>
      <div>
        <Status look={COMMAND_LOOKS[result]} />
      </div>
      <div className={classes.words}>
        <PersonName person={person} />{' '}
        {result === 'refused'
          ? `said ${command.command}`
          : COMMAND_WORDS[command.command].past}{' '}
        {SOURCE_WORDS[source]}
        {reason && <p className={classes.quote}>“{reason}”</p>}
        <div className={classes.because}>
          {result === 'pending'
            ? 'The operator acts on it with its next look.'
            : because}
        </div>
      </div>
      <div className={classes.when}>
        <Ago at={at} />
      </div>
    </li>
  );
}

/** What people told the operator about a rollback and what came of it, newest first. */
export function Decisions(props: { commands: HumanCommandView[] }) {
  const newestFirst = [...props.commands].reverse();
  return newestFirst.length === 0 ? null : (
    <Section title="People and their decisions" aside="newest first">
      <ul className={classes.list} aria-label="People and their decisions">
        {newestFirst.map(command => (
          <Decision key={command.id} command={command} />
        ))}
      </ul>
    </Section>
  );
}
