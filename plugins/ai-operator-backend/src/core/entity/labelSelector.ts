/** One demand of a label selector. */
export type LabelRequirement =
  | { label: string; operator: 'in' | 'not in'; values: string[] }
  | { label: string; operator: 'exists' | 'absent' };

export type ParsedSelector =
  | { valid: true; requirements: LabelRequirement[] }
  | { valid: false; because: string };

const LABEL = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '[-A-Za-z0-9_.]*';
const SET = new RegExp(`^(${LABEL})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${LABEL})\\s*(==|=|!=)\\s*(${VALUE})$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${LABEL})$`);
const WHOLE_VALUE = new RegExp(`^${VALUE}$`);

/** Cuts at commas that are not inside parentheses. */
function splitRequirements(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).map(part => part.trim());
}

function parseRequirement(part: string): LabelRequirement | undefined {
  const set = SET.exec(part);
  if (set) {
    const values = set[3].split(',').map(value => value.trim());
    return values.every(value => WHOLE_VALUE.test(value))
      ? { label: set[1], operator: set[2] === 'in' ? 'in' : 'not in', values }
      : undefined;
  }
  const equality = EQUALITY.exec(part);
  if (equality) {
    return {
      label: equality[1],
      operator: equality[2] === '!=' ? 'not in' : 'in',
      values: [equality[3]],
    };
  }
  const existence = EXISTENCE.exec(part);
  return existence
    ? { label: existence[2], operator: existence[1] ? 'absent' : 'exists' }
    : undefined;
}

/** Reads a selector as Kubernetes and Argo CD write it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. */
export function parseLabelSelector(selector: string): ParsedSelector {
  const requirements: LabelRequirement[] = [];
  for (const part of splitRequirements(selector)) {
    const requirement = parseRequirement(part);
    if (!requirement) {
      return {
        valid: false,
        because: `'${part}' is no label requirement such as app=payment`,
      };
    }
    requirements.push(requirement);
  }
  return { valid: true, requirements };
}

/** True when `labels` meet every requirement. As in Kubernetes, `!=` and `notin` also match what has no such label. */
export function matchesLabels(
  requirements: readonly LabelRequirement[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(requirement => {
    const value = Object.hasOwn(labels, requirement.label)
      ? labels[requirement.label]
      : undefined;
    switch (requirement.operator) {
      case 'in':
        return value !== undefined && requirement.values.includes(value);
      case 'not in':
        return value === undefined || !requirement.values.includes(value);
      case 'exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}
