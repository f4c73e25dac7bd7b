/** Owns the folder that relative paths on a command line mean: the one it was called from, which npm leaves for the package's own. */

/** Goes there where `npm run` or `npm start` started this. */
export function goWhereCalledFrom(env = process.env) {
  if ((env.npm_lifecycle_event === "driftlab" || env.npm_lifecycle_event === "start") && env.INIT_CWD) process.chdir(env.INIT_CWD);
}
