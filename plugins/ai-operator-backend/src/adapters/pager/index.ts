export * from './createPager';
