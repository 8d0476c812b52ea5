/** The package is a script that hangs itself on `globalThis`. */
declare module 'fmin';
