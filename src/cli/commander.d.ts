/** commander with the types of extra-typings, which infer the values of options from their definitions. */
declare module 'commander' {
  export * from '@commander-js/extra-typings';
}
