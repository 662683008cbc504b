import { HumanCommandView } from '@ai-operator/backstage-plugin-ai-operator-common';
import { HumanCommand } from '../../core/people';

/** A command of a person as the portal shows it. */
export function viewCommand(command: HumanCommand): HumanCommandView {
  const { id, source, person, reason, at, result, because } = command;
  return {
    id,
    command: command.command,
    source,
    person: { entityRef: person.entityRef, login: person.login },
    reason,
    at,
    result,
    because,
  };
}
