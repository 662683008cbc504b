import { refusal } from '../../dev/fixtures';
import { errorCode, errorMessage, errorStatus } from './errors';

describe('errors of the backend', () => {
  it('carry message, status and code', async () => {
    const error = await refusal(409, 'VERSION_CONFLICT', 'erin was faster');
    expect(errorMessage(error)).toBe('erin was faster (HTTP 409)');
    expect(errorStatus(error)).toBe(409);
    expect(errorCode(error)).toBe('VERSION_CONFLICT');
  });

  it('are told from errors on the way there', () => {
    const error = new Error('no connection');
    expect(errorMessage(error)).toBe('no connection');
    expect(errorStatus(error)).toBeUndefined();
    expect(errorCode(error)).toBeUndefined();
  });
});
