import type { ReactNode } from 'react';
import classes from './Surface.module.css';

/** The outermost box of every view: parts inside arrange themselves by its width, not the window's. */
export function Surface({ children }: { children: ReactNode }) {
  return <div className={classes.surface}>{children}</div>;
}

/** Parts below each other. */
export function Stack({ children }: { children: ReactNode }) {
  return <div className={classes.stack}>{children}</div>;
}

/** Two parts side by side where there is room. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={classes.columns}>{children}</div>;
}
