import { TextAreaField } from '@backstage/ui';

/** The backend takes no more. */
const MAX_LENGTH = 2_000;

/** Why a person decides so; goes into the audit. Refuses to be left empty unless it is optional. */
export function ReasonField(props: {
  value: string;
  onChange(value: string): void;
  optional?: boolean;
}) {
  const { value, onChange, optional = false } = props;
  return (
    <TextAreaField
      label="Reason"
      secondaryLabel={optional ? 'Optional' : 'Required'}
      description="Kept in the audit, for whoever asks later."
      isRequired={!optional}
      validate={text =>
        optional || text.trim()
          ? undefined
          : 'Say why, in a few words: it is kept in the audit.'
      }
      maxLength={MAX_LENGTH}
      rows={2}
      value={value}
      onChange={onChange}
    />
  );
}
