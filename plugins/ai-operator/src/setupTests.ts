import '@testing-library/jest-dom';
import { configure as configureDom } from '@testing-library/dom';
import { configure, getConfig } from '@testing-library/react';

// Views are loaded lazily, and a busy machine takes its time to compile them.
configure({ asyncUtilTimeout: 15_000 });
jest.setTimeout(60_000);

// user-event brings its own copy of the DOM library: it has to tell React about events as well.
const { asyncWrapper, eventWrapper, unstable_advanceTimersWrapper } =
  getConfig();
configureDom({ asyncWrapper, eventWrapper, unstable_advanceTimersWrapper });
