import { Link } from '@backstage/ui';
import { RiExternalLinkLine } from '@remixicon/react';
import type { ReactNode } from 'react';
import { shortRevision } from '../../model';
import classes from './links.module.css';

/** Only web addresses become links, whatever the answer says. */
export function webAddress(url: string | undefined): string | undefined {
  return url && /^https?:\/\//i.test(url) ? url : undefined;
}

/** A link out of the portal, in a new tab; plain text when there is no web address. */
export function OutLink(props: {
  href?: string;
  weight?: 'regular' | 'bold';
  children: ReactNode;
}) {
  const href = webAddress(props.href);
  if (!href) {
    return <>{props.children}</>;
  }
  return (
    <Link
      href={href}
      weight={props.weight}
      target="_blank"
      rel="noopener noreferrer"
      className={classes.out}
    >
      {props.children}
      <RiExternalLinkLine size={14} aria-label="(opens in a new tab)" />
    </Link>
  );
}

/** A revision in short; the whole one on hover; linked where the repository is known. */
export function Revision(props: { revision: string; repositoryUrl?: string }) {
  const { revision, repositoryUrl } = props;
  const text = (
    <code className={classes.revision} title={revision}>
      {shortRevision(revision)}
    </code>
  );
  return repositoryUrl ? (
    <OutLink href={`${repositoryUrl}/commit/${encodeURIComponent(revision)}`}>
      {text}
    </OutLink>
  ) : (
    text
  );
}
