/* eslint-disable no-console -- this is the command line */
import { main } from './cli/main';

main(process.argv.slice(2), process.env, {
  out: text => console.log(text),
  err: text => console.error(text),
}).then(
  exitCode => {
    process.exitCode = exitCode;
  },
  error => {
    console.error(error);
    process.exitCode = 1;
  },
);
