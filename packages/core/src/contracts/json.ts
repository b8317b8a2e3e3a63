/** What can be stored as JSON and read back unchanged: the type of every draw. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
