export * from './pager';
export { createPagerControl, createPagerRouter, pagerError } from './router';
