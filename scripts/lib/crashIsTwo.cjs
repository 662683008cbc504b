process.on('uncaughtException', error => {
  process.stderr.write(`${error?.stack ?? error}\n`, () => process.exit(2));
});
