export { COMPANY } from './company';
export { manyApplications } from './manyApplications';
export { PAYMENT_SERVICE } from './paymentService';
export { populate } from './populate';
export * from './files';
export * from './types';
