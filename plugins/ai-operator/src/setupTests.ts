import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Views are loaded lazily, and a busy machine takes its time to compile them.
configure({ asyncUtilTimeout: 15_000 });
jest.setTimeout(60_000);
